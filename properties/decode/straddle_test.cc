// SPDX-License-Identifier: Apache-2.0

// Instructions of which the first byte is the last of its page. The next byte
// is on the next virtual page, for the CPU; the handler takes the next physical
// one.

#include <gtest/gtest.h>

#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

#include "model/arch.h"
#include "model/kill.h"
#include "properties/clauses/vocabulary.h"
#include "properties/decode/insn_trap.h"
#include "properties/engines/check_step.h"
#include "properties/engines/guest_tables.h"
#include "properties/engines/plain_guest.h"
#include "properties/engines/testing_hosts.h"

namespace trapline::properties {
namespace {

constexpr uint32_t kLimit = 0x40;  // frames of guest memory
constexpr uint32_t kNextPage = kText + 0x1000;

enum class Frames { kAdjacent, kApart, kAbsent, kLast };

struct Case {
  Frames frames;  // of the two pages; kLast: the first page's is the last
  uint8_t first;
  uint8_t virtually;   // what stands behind it, by virtual address
  uint8_t physically;  // and by physical address
  // What the handler makes of it; 0: not stepped over.
  uint32_t length;
  size_t reads;         // of bytes of code
  const char* entries;  // of the ledger, about decoding

  uint32_t first_frame() const {
    return frames == Frames::kLast ? kLimit - 1 : 0x20;
  }
  uint32_t first_pa() const { return (first_frame() << 12) + 0xFFF; }
};

void PrintTo(const Case& c, std::ostream* out) {
  static constexpr const char* kNames[] = {"adjacent", "apart", "absent",
                                           "last"};
  *out << std::hex << kNames[static_cast<int>(c.frames)] << ": " << +c.first
       << ", then " << +c.virtually << ", in memory " << +c.physically;
}

constexpr Case kCases[] = {
    // Neighbours in memory too: as the CPU has it.
    {Frames::kAdjacent, 0x66, 0xED, 0xED, 2, 2, ""},
    {Frames::kAdjacent, 0x66, 0xE7, 0xE7, 3, 2, ""},
    {Frames::kAdjacent, 0x66, 0x90, 0x90, 0, 2, ""},
    {Frames::kAdjacent, 0xE5, 0xED, 0xED, 2, 1, ""},
    {Frames::kAdjacent, 0xEF, 0xED, 0xED, 1, 1, ""},

    // Another page's byte is read.
    {Frames::kApart, 0x66, 0xED, 0x90, 0, 2, "E9"},  // not accepted
    {Frames::kApart, 0x66, 0xEF, 0x66, 0, 2, "E9"},
    {Frames::kApart, 0x66, 0x90, 0xED, 2, 2, "E9"},  // accepted
    {Frames::kApart, 0x66, 0x0F, 0xE4, 3, 2, "E9"},
    {Frames::kApart, 0x66, 0xE5, 0xED, 2, 2, "E9"},  // another length
    {Frames::kApart, 0x66, 0xEE, 0xE6, 3, 2, "E9"},
    {Frames::kApart, 0x66, 0xED, 0xEC, 2, 2, ""},  // by good luck
    {Frames::kApart, 0x66, 0x90, 0x90, 0, 2, ""},
    {Frames::kApart, 0xE5, 0xED, 0x90, 2, 1, ""},  // no need to look
    {Frames::kApart, 0xEF, 0x90, 0xED, 1, 1, ""},

    // The CPU has not got there: nothing to compare.
    {Frames::kAbsent, 0x66, 0xED, 0xED, 2, 2, ""},
    {Frames::kAbsent, 0x66, 0xED, 0x90, 0, 2, ""},
    {Frames::kAbsent, 0xE5, 0xED, 0x90, 2, 1, ""},
    {Frames::kAbsent, 0xEF, 0xED, 0x90, 1, 1, ""},

    // There is no next byte in memory: the guest is killed.
    {Frames::kLast, 0x66, 0xED, 0, 0, 2, "E9"},
    {Frames::kLast, 0x66, 0x90, 0, 0, 2, ""},
    {Frames::kLast, 0xE5, 0xED, 0, 2, 1, ""},
    {Frames::kLast, 0xEF, 0x90, 0, 1, 1, ""},
};

Guest MakeGuest(const model::Host& host, const Case& c) {
  Guest guest = PlainGuest(host);
  guest.state.trapnum = model::kGeneralProtection;
  guest.state.pfn_limit = kLimit;
  guest.state.eip = kNextPage - 1;
  guest.gate.lo |= model::kGuestKernelCs << 16;
  const auto map = [&](uint32_t va, uint32_t entry) {
    guest.PutWord(EntryAddress(guest, va, Level::kPage), entry);
  };
  map(kText, (c.first_frame() << 12) | model::kPageTable);
  const uint32_t next_frame =
      c.frames == Frames::kAdjacent ? c.first_frame() + 1 : 0x30;
  map(kNextPage,
      c.frames == Frames::kAbsent ? 0 : (next_frame << 12) | model::kPageTable);
  guest.memory[c.first_pa()] = c.first;
  if (c.frames != Frames::kLast) guest.memory[c.first_pa() + 1] = c.physically;
  if (c.frames != Frames::kAbsent) {
    guest.memory[next_frame << 12] = c.virtually;
  }
  return guest;
}

// The bytes of code that were read, as offsets from the first.
std::vector<uint32_t> ReadsOf(const Step<ConcreteGuest>& step, const Case& c) {
  std::vector<uint32_t> reads;
  for (const auto& access : step.did.accesses) {
    if (access.length == 1) reads.push_back(access.pa - c.first_pa());
  }
  return reads;
}

std::string DecodingEntries(const StepCheck& check) {
  std::vector<const Deviation*> decoding;
  for (const Deviation* deviation : check.deviations) {
    if (deviation->clause.substr(0, 7) == "decode.") {
      decoding.push_back(deviation);
    }
  }
  return Ids(decoding);
}

class Straddle : public EachHost {};
TRAPLINE_EACH_HOST(Straddle);

TEST_P(Straddle, IsReadOnInTheNextPhysicalPage) {
  for (const Case& c : kCases) {
    SCOPED_TRACE(testing::PrintToString(c));
    const Guest guest = MakeGuest(GetParam(), c);
    const ConcreteGuest concrete(guest);
    const auto step = TakeTrap(concrete);
    const StepCheck check = StepChecker(GetParam()).Check(step);
    for (const Clause* clause : check.violated) {
      ADD_FAILURE() << "breaks " << clause->id;
    }
    const bool is_last = c.frames == Frames::kLast;
    if (is_last && GetParam().address_ok == model::AddressOk::kOld) {
      // Not even the first can be read.
      EXPECT_TRUE(IsKilledFor(step, model::KillReason::kBadReadAddress));
      EXPECT_EQ(ReadsOf(step, c), std::vector<uint32_t>{0});
      EXPECT_FALSE(IsEmulated(step));
      continue;
    }
    std::vector<uint32_t> reads = {0, 1};
    reads.resize(c.reads);
    EXPECT_EQ(ReadsOf(step, c), reads);
    EXPECT_EQ(IsKilledFor(step, model::KillReason::kBadReadAddress),
              is_last && c.reads == 2);
    EXPECT_EQ(IsEmulated(step), c.length != 0);
    if (c.length != 0) {
      EXPECT_EQ(step.after.eip, guest.state.eip + c.length);
    }
    EXPECT_EQ(DecodingEntries(check), c.entries);
  }
}

}  // namespace
}  // namespace trapline::properties
