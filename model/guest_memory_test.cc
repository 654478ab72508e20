// SPDX-License-Identifier: Apache-2.0

#include "model/guest_memory.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <functional>
#include <string>

#include "model/testing_guest.h"

namespace trapline::model {
namespace {

// Whether an access passes in a guest of `pfn_limit` pages.
struct AddressCase {
  uint32_t pfn_limit;
  uint32_t addr;
  uint32_t len;
  bool old_form;  // (addr + len) / 4096 < pfn_limit, 2.6.24
  bool new_form;  // addr + len <= pfn_limit * 4096, 4.1 and stable releases
};

TEST(LguestAddressOk, EndsWithTheGuestsMemory) {
  const AddressCase cases[] = {
      // A megabyte, seen from its start and around its end.
      {0x100, 0x00000000, 1, true, true},
      {0x100, 0x00000000, 8, true, true},
      {0x100, 0x000FFFFE, 1, true, true},
      {0x100, 0x000FFFFF, 1, false, true},
      {0x100, 0x00100000, 1, false, false},
      {0x100, 0x000FFFFC, 3, true, true},
      {0x100, 0x000FFFFD, 3, false, true},
      {0x100, 0x000FFFFE, 3, false, false},
      {0x100, 0x000FFFFB, 4, true, true},
      {0x100, 0x000FFFFC, 4, false, true},
      {0x100, 0x000FFFFD, 4, false, false},
      {0x100, 0x000FFFF7, 8, true, true},
      {0x100, 0x000FFFF8, 8, false, true},
      {0x100, 0x000FFFF9, 8, false, false},
      {0x100, 0x00100FFF, 1, false, false},
      {0x100, 0x80000000, 4, false, false},
      // The sum wraps.
      {0x100, 0xFFFFFFFF, 1, false, false},
      {0x100, 0xFFFFFFFE, 3, false, false},
      {0x100, 0xFFFFFFFC, 4, false, false},
      {0x100, 0xFFFFFFFD, 4, false, false},
      // One page, and none.
      {1, 0x00000FFB, 4, true, true},
      {1, 0x00000FFC, 4, false, true},
      {1, 0x00000FFD, 4, false, false},
      {0, 0x00000000, 1, false, false},
      // All but the last page of four gigabytes.
      {0xFFFFF, 0xFFFFEFFB, 4, true, true},
      {0xFFFFF, 0xFFFFEFFC, 4, false, true},
      {0xFFFFF, 0xFFFFEFFD, 4, false, false},
      // Four gigabytes: the product of the new form is zero in 32 bits.
      {0x100000, 0x00001000, 4, true, false},
      {0x100000, 0xFFFFFFFB, 4, true, false},
      {0x100000, 0xFFFFFFFC, 4, false, false},
  };
  for (const AddressCase& c : cases) {
    SCOPED_TRACE(testing::Message() << std::hex << c.addr << " + " << c.len
                                    << " of " << c.pfn_limit << " pages");
    Guest guest("F2");
    guest.state.pfn_limit = c.pfn_limit;
    guest.host.address_ok = AddressOk::kOld;
    EXPECT_EQ(lguest_address_ok(guest.cpu, c.addr, c.len), c.old_form);
    guest.host.address_ok = AddressOk::kNew;
    EXPECT_EQ(lguest_address_ok(guest.cpu, c.addr, c.len), c.new_form);
  }
}

TEST(Lgread, GivesWhatIsThere) {
  Guest guest("F6");
  guest.world.PutBytes(0x8000,
                       {0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88});
  EXPECT_EQ(lgread_byte(guest.cpu, 0x8001), 0x22);
  EXPECT_EQ(lgread_bytes3(guest.cpu, 0x8001),
            (std::array<uint8_t, 3>{0x22, 0x33, 0x44}));
  const auto entry = lgread_entry(guest.cpu, 0x8000);
  EXPECT_EQ(entry.lo, 0x44332211u);
  EXPECT_EQ(entry.hi, 0u);
  EXPECT_EQ(guest.world.log,
            (Log{"read 1 at 0x8001", "read 3 at 0x8001", "read 4 at 0x8000"}));
}

TEST(Lgread, ReadsEntriesOfEightBytesWithPae) {
  Guest guest("F6", Paging::kPae);
  guest.world.PutBytes(0x8000,
                       {0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88});
  const auto entry = lgread_entry(guest.cpu, 0x8000);
  EXPECT_EQ(entry.lo, 0x44332211u);
  EXPECT_EQ(entry.hi, 0x88776655u);
  EXPECT_EQ(guest.world.log, Log{"read 8 at 0x8000"});
}

TEST(Lgread, GivesZerosAndKillsBeyondTheGuestsMemory) {
  Guest byte("F2");
  byte.world.PutWord(0x100000, 0xFFFFFFFF);
  EXPECT_EQ(lgread_byte(byte.cpu, 0x100000), 0);
  EXPECT_EQ(byte.Kill(), "bad read address 0x100000 len 1");

  Guest three("F5");
  three.world.PutWord(0xFFFFE, 0xFFFFFFFF);
  EXPECT_EQ(lgread_bytes3(three.cpu, 0xFFFFE), (std::array<uint8_t, 3>{}));
  EXPECT_EQ(three.Kill(), "bad read address 0xffffe len 3");

  Guest word("F2");
  word.world.PutWord(0xFFFFD, 0xFFFFFFFF);
  EXPECT_EQ(lgread_entry(word.cpu, 0xFFFFD).lo, 0u);
  EXPECT_EQ(word.Kill(), "bad read address 0xffffd len 4");

  Guest pair("F6", Paging::kPae);
  pair.world.PutWord(0xFFFF9, 0xFFFFFFFF);
  EXPECT_EQ(lgread_entry(pair.cpu, 0xFFFF9).lo, 0u);
  EXPECT_EQ(pair.Kill(), "bad read address 0xffff9 len 8");
}

TEST(Lgwrite, WritesLittleEndian) {
  Guest guest("F6", Paging::kPae);
  lgwrite_word(guest.cpu, 0x8000, 0x44332211);
  lgwrite_bytes3(guest.cpu, 0x8004, {0xCD, 0x1F, 0x90});
  lgwrite_entry(guest.cpu, 0x8008, {0x55667788, 0x11223344});
  EXPECT_EQ(guest.world.GetByte(0x8000), 0x11);
  EXPECT_EQ(guest.world.GetWord(0x8004), 0x00901FCDu);
  EXPECT_EQ(guest.world.GetWord(0x8008), 0x55667788u);
  EXPECT_EQ(guest.world.GetWord(0x800C), 0x11223344u);
  EXPECT_EQ(guest.Kill(), "");
}

TEST(Lgwrite, WritesEntriesOfFourBytesWithoutPae) {
  Guest guest("F6");
  lgwrite_entry(guest.cpu, 0x8008, {0x55667788, 0x11223344});
  EXPECT_EQ(guest.world.GetWord(0x800C), 0u);
  EXPECT_EQ(guest.world.log, Log{"write 0x55667788 at 0x8008"});
}

TEST(Lgwrite, WritesNothingAndKillsBeyondTheGuestsMemory) {
  Guest three("F5");
  lgwrite_bytes3(three.cpu, 0xFFFFE, {0xCD, 0x1F, 0x90});
  EXPECT_EQ(three.world.GetWord(0xFFFFC), 0u);
  EXPECT_EQ(three.Kill(), "bad write address 0xffffe len 3");

  Guest word("F2");
  lgwrite_word(word.cpu, 0xFFFFD, 0x44332211);
  EXPECT_EQ(word.world.GetWord(0xFFFFC), 0u);
  EXPECT_EQ(word.Kill(), "bad write address 0xffffd len 4");

  Guest pair("F6", Paging::kPae);
  lgwrite_entry(pair.cpu, 0xFFFF9, {0x44332211, 0x44332211});
  EXPECT_EQ(pair.world.GetWord(0xFFFF9), 0u);
  EXPECT_EQ(pair.Kill(), "bad write address 0xffff9 len 8");
}

}  // namespace
}  // namespace trapline::model
