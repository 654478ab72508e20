// SPDX-License-Identifier: Apache-2.0

// Random recordings for tests, and as text to compare.

#ifndef TRAPLINE_PROTO_TESTING_RECORDS_H_
#define TRAPLINE_PROTO_TESTING_RECORDS_H_

#include <cstdint>
#include <deque>
#include <random>
#include <string>
#include <variant>
#include <vector>

#include "proto/trap.h"

namespace trapline::trace {

using Record = std::variant<Trap, Event>;

// Traps and events of every kind that the format knows, much alike as in a
// recording. Owns what its traps point to.
class RecordMaker {
 public:
  explicit RecordMaker(uint32_t seed) : random_(seed) {}

  Trap MakeTrap();
  Event MakeEvent();
  // Every `traps_per_event`-th record or so is an event.
  std::vector<Record> Make(int count, int traps_per_event = 4);

  uint32_t Below(uint32_t bound) {
    return static_cast<uint32_t>(random_() % bound);
  }

 private:
  uint32_t Word();
  const std::string& Bytes(size_t length);
  void Disturb(WordArray* words, int most);
  Access MakeAccess();
  Call MakeCall();
  void MakeInterrupt(InterruptDelivery* interrupt);

  std::mt19937_64 random_;
  std::deque<std::string> bytes_;
  Trap trap_;  // the last one
};

std::string Describe(const Trap& trap);
std::string Describe(const Event& event);

// A line for each of `records` as ReadTrace is to give them.
std::vector<std::string> Describe(const std::vector<Record>& records);

}  // namespace trapline::trace

#endif  // TRAPLINE_PROTO_TESTING_RECORDS_H_
