// SPDX-License-Identifier: Apache-2.0

#include "replayer/benchmark/message_file.h"

#include <fcntl.h>
#include <google/protobuf/io/zero_copy_stream_impl.h>
#include <google/protobuf/util/delimited_message_util.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <memory>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "model/state.h"
#include "proto/reader.h"
#include "replayer/benchmark/message_per_trap.pb.h"

namespace trapline::benchmark {
namespace {

struct Accessors {
  bool (State::*has)() const;
  uint32_t (State::*get)() const;
  void (State::*set)(uint32_t);
};

constexpr std::array kAccessors = {
#define TRAPLINE_ACCESSORS(name) \
  Accessors{&State::has_##name, &State::name, &State::set_##name},
    TRAPLINE_STATE_WORDS(TRAPLINE_ACCESSORS)
#undef TRAPLINE_ACCESSORS
};

void ToMessage(const trace::Trap& trap, bool whole, Trap* message) {
  message->Clear();
  message->set_number(trap.number);
  message->set_tsc(trap.tsc);
  message->set_cycles(trap.cycles);
  for (size_t i = 0; i < kAccessors.size(); ++i) {
    if ((trap.present >> i & 1) == 0) continue;
    (message->mutable_before()->*kAccessors[i].set)(trap.before[i]);
    if (!whole && trap.after[i] == trap.before[i]) continue;
    (message->mutable_after()->*kAccessors[i].set)(trap.after[i]);
  }
  message->set_gate_lo(trap.gate_lo);
  message->set_gate_hi(trap.gate_hi);
  message->set_insn(trap.insn.data(), trap.insn.size());
  if (trap.insn_pa) message->set_insn_pa(*trap.insn_pa);
  for (const trace::Access& access : trap.accesses) {
    Access* added = message->add_accesses();
    added->set_write(access.write);
    added->set_address(access.address);
    added->set_data(access.data, access.length);
  }
  for (const trace::Call& call : trap.calls) {
    Call* added = message->add_calls();
    added->set_kind(call.kind);
    for (int i = 0; i < trace::CallArity(call.kind); ++i) {
      added->add_args(call.args[i]);
    }
    if (call.has_returned) added->set_returned(call.returned);
    added->set_message(call.message.data(), call.message.size());
  }
  message->set_not_returned(!trap.returned);
}

void FromMessage(const Trap& message, trace::Trap* trap) {
  trap->number = message.number();
  trap->present = 0;
  trap->before = {};
  for (size_t i = 0; i < kAccessors.size(); ++i) {
    if (!(message.before().*kAccessors[i].has)()) continue;
    trap->present |= uint64_t{1} << i;
    trap->before[i] = (message.before().*kAccessors[i].get)();
  }
  trap->after = trap->before;
  for (size_t i = 0; i < kAccessors.size(); ++i) {
    if (!(message.after().*kAccessors[i].has)()) continue;
    trap->after[i] = (message.after().*kAccessors[i].get)();
  }
  trap->gate_lo = message.gate_lo();
  trap->gate_hi = message.gate_hi();
  trap->accesses.clear();
  for (const Access& access : message.accesses()) {
    trap->accesses.push_back(
        {reinterpret_cast<const uint8_t*>(access.data().data()),
         access.address(), static_cast<uint32_t>(access.data().size()),
         access.write()});
  }
  trap->calls.clear();
  for (const Call& from : message.calls()) {
    trace::Call call;
    call.kind = static_cast<trace::CallKind>(from.kind());
    for (int i = 0; i < from.args_size() && i < 2; ++i) {
      call.args[i] = from.args(i);
    }
    call.has_returned = from.has_returned();
    call.returned = from.returned();
    call.message = from.message();
    trap->calls.push_back(call);
  }
  trap->returned = !message.not_returned();
}

}  // namespace

absl::Status WriteMessages(const std::string& trace, const std::string& path,
                           bool whole) {
  absl::StatusOr<std::unique_ptr<trace::Reader>> reader =
      trace::Reader::Open(trace);
  if (!reader.ok()) return reader.status();
  std::ofstream out(path, std::ios::binary);
  trace::BlockDecoder decoder;
  Trap message;
  while (true) {
    absl::StatusOr<std::optional<trace::RawBlock>> block = (*reader)->Next();
    if (!block.ok()) return block.status();
    if (!block->has_value()) break;
    absl::Status status = decoder.Start(**block, trace::kCode | trace::kTiming);
    if (!status.ok()) return status;
    trace::Trap trap;
    while (decoder.Next(&trap)) {
      ToMessage(trap, whole, &message);
      google::protobuf::util::SerializeDelimitedToOstream(message, &out);
    }
    if (!decoder.status().ok()) return decoder.status();
  }
  out.close();
  if (out) return absl::OkStatus();
  return absl::UnknownError(absl::StrCat("'", path, "' cannot be written"));
}

absl::StatusOr<MessageReplay> ReplayMessages(const std::string& path,
                                             const replay::Setting& setting,
                                             bool reuse) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    return absl::NotFoundError(absl::StrCat("'", path, "' cannot be read"));
  }
  google::protobuf::io::FileInputStream input(fd, 1 << 16);
  input.SetCloseOnDelete(true);
  MessageReplay result;
  auto message = std::make_unique<Trap>();
  trace::Trap trap;
  bool clean_eof = false;
  while (google::protobuf::util::ParseDelimitedFromZeroCopyStream(
      message.get(), &input, &clean_eof)) {
    FromMessage(*message, &trap);
    ++result.traps;
    if (!replay::Agrees(setting, trap)) ++result.diverged;
    // Not cleared, the next would be merged into it.
    if (reuse) {
      message->Clear();
    } else {
      message = std::make_unique<Trap>();
    }
  }
  if (clean_eof) return result;
  return absl::DataLossError(absl::StrCat("'", path, "' is damaged"));
}

}  // namespace trapline::benchmark
