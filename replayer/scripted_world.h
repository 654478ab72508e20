// SPDX-License-Identifier: Apache-2.0

// The World that explains: like RecordedWorld it reads from a trap's memory
// log, but it notes what differs and can assume that the log has one fault.

#ifndef TRAPLINE_REPLAYER_SCRIPTED_WORLD_H_
#define TRAPLINE_REPLAYER_SCRIPTED_WORLD_H_

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "model/concrete.h"
#include "model/cpu.h"
#include "proto/trap.h"

namespace trapline::replay {

// What may be wrong with the access at `index` of the log.
struct LogFault {
  enum Kind {
    kNone,
    kMissing,  // before the one at `index`
    kOrder,    // it and the next have changed places
    kExtra,
    kChanged,  // it is another access than the model's
    kRead,     // it is a read and gave something else
  };
  Kind kind = kNone;
  size_t index = 0;
  // What a read gave that the log does not tell: kMissing, kRead, and kChanged
  // where its length is another.
  uint64_t value = 0;
};

// An access of the model's.
struct ModelAccess {
  static constexpr size_t kUnrecorded = SIZE_MAX;

  uint32_t address = 0;
  uint32_t length = 0;
  bool write = false;
  bool refused = false;
  std::string data;               // of a write, or of a read that was refused
  size_t recorded = kUnrecorded;  // index in the log
};

class ScriptedWorld : public model::ConcreteValues {
 public:
  // Unless `in_place`, the log's accesses go with the model's wherever they
  // are.
  ScriptedWorld(const trace::Trap& trap, LogFault fault, bool in_place = true);

  uint8_t ReadByte(uint32_t pa, bool ok) { return Read<uint8_t>(pa, ok); }
  std::array<uint8_t, 3> ReadBytes3(uint32_t pa, bool ok) {
    return Read<std::array<uint8_t, 3>>(pa, ok);
  }
  uint32_t ReadWord(uint32_t pa, bool ok) { return Read<uint32_t>(pa, ok); }
  model::PageEntry<uint32_t> ReadPair(uint32_t pa, bool ok) {
    return Read<model::PageEntry<uint32_t>>(pa, ok);
  }
  void WriteBytes3(uint32_t pa, std::array<uint8_t, 3> bytes, bool ok) {
    Write(pa, &bytes, sizeof(bytes), ok);
  }
  void WriteWord(uint32_t pa, uint32_t value, bool ok) {
    Write(pa, &value, sizeof(value), ok);
  }
  void WritePair(uint32_t pa, model::PageEntry<uint32_t> pair, bool ok) {
    Write(pa, &pair, sizeof(pair), ok);
  }

  bool LguestDataAccessible() const;
  bool ShadowAbsent(uint32_t);
  bool PageUnavailable(uint32_t pfn) const;

  void DemandPage(uint32_t vaddr, uint32_t errcode, bool result);
  void DeliverTrap(uint32_t num, bool result);
  void PagetableClearAll();
  void KillGuest(bool when, model::KillReason reason, uint32_t arg0,
                 uint32_t arg1, uint32_t arg2);

  // What the model did. Messages of `calls` are in `messages`, which has one
  // for each call.
  const std::vector<ModelAccess>& accesses() const { return accesses_; }
  const std::vector<trace::Call>& calls() const { return calls_; }
  const std::vector<std::string>& messages() const { return messages_; }

  // How many accesses of the log, its fault put right, the model did not reach,
  // and the index of the first of them.
  size_t left() const { return log_size_ - used_; }
  size_t next() const { return Index(used_); }
  // Of `accesses`, the first that did not match the log although its fault had
  // been put right; nothing was read from there on. As large as `accesses`
  // where all did.
  size_t matching() const { return lost_ ? matching_ : accesses_.size(); }

 private:
  template <class Value>
  Value Read(uint32_t pa, bool ok);
  void ReadInto(uint32_t pa, bool ok, void* value, size_t length);
  void Write(uint32_t pa, const void* value, size_t length, bool ok);
  // Notes an access of the model's and finds that of the log which goes with
  // it; null where none does.
  const trace::Access* Match(uint32_t pa, size_t length, bool write, bool ok);
  // The index of what is at `place` in the log, its fault put right.
  size_t Index(size_t place) const;
  // Whether the recording goes on with a kill for this.
  bool IsKillNext(model::KillReason reason, uint32_t arg) const;

  const trace::Trap& trap_;
  const LogFault fault_;
  const bool in_place_;
  const size_t log_size_;  // its fault put right
  size_t used_ = 0;
  bool lost_ = false;
  size_t matching_ = 0;
  int shadows_ = 0;  // asked for in this demand_page
  std::vector<ModelAccess> accesses_;
  std::vector<trace::Call> calls_;
  std::vector<std::string> messages_;
};

template <class Value>
Value ScriptedWorld::Read(uint32_t pa, bool ok) {
  Value value = {};
  ReadInto(pa, ok, &value, sizeof(value));
  return value;
}

}  // namespace trapline::replay

#endif  // TRAPLINE_REPLAYER_SCRIPTED_WORLD_H_
