// SPDX-License-Identifier: Apache-2.0

#include "properties/engines/show_step.h"

#include <gtest/gtest.h>

#include "model/handle_trap.h"
#include "properties/engines/plain_guest.h"
#include "properties/engines/testing_faults.h"

namespace trapline::properties {
namespace {

// In the guest's kernel at IN of a word from DX.
Guest AtIn() {
  Guest guest = PlainGuest({*model::FindFlavor("F10")});
  guest.state.trapnum = model::kGeneralProtection;
  guest.PutWord(kTextPa, 0x0000ED66);
  return guest;
}

TEST(ShowStep, TellsWhatTheModelDoes) {
  EXPECT_EQ(ShowStep(AtIn(), model::handle_trap),
            R"(           | before   | handler                | model
  mem[0]   | -        | read 00001c00 67200000 | =
  mem[1]   | -        | read 00002000 67000100 | =
  mem[2]   | -        | read 00010000 66       | =
  mem[3]   | -        | read 00010001 ed       | =
  post.eax | 12345678 | 1234ffff               | =
  post.eip | c0000000 | c0000002               | =
  returned | -        | 1                      | =
)");
}

TEST(ShowStep, TellsWhereAHandlerDoesOtherwise) {
  const auto steps_too_far = [](TestingCpu& cpu) {
    model::handle_trap(cpu);
    ++cpu.state.eip;
    cpu.state.ebx = 0;
    cpu.world.DeliverTrap(3, true);
  };
  EXPECT_EQ(ShowStep(AtIn(), steps_too_far),
            R"(           | before   | handler                    | model
  mem[0]   | -        | read 00001c00 67200000     | =
  mem[1]   | -        | read 00002000 67000100     | =
  mem[2]   | -        | read 00010000 66           | =
  mem[3]   | -        | read 00010001 ed           | =
  calls[0] | -        | deliver_trap(00000003) = 1 | -
  post.eax | 12345678 | 1234ffff                   | =
  post.ebx | 12345679 | 00000000                   | 12345679
  post.eip | c0000000 | c0000003                   | c0000002
  returned | -        | 1                          | =
)");
}

TEST(ShowStep, TellsOfKillsAndOfWhatIsRefused) {
  Guest guest = AtIn();
  guest.state.gpgdir = 0xFFFFF000;
  EXPECT_EQ(
      ShowStep(guest, model::handle_trap),
      R"(                      | before   | handler                           | model
  mem[0]              | -        | read fffffc00 00000000, refused   | =
  mem[1]              | -        | read ffffffff 00, refused         | =
  mem[2]              | -        | read fffffc00 00000000, refused   | =
  mem[3]              | -        | write fffffffb 02020000, refused  | =
  mem[4]              | -        | write fffffff7 61000000, refused  | =
  mem[5]              | -        | write fffffff3 000000c0, refused  | =
  mem[6]              | -        | write ffffffef 00000000, refused  | =
  calls[0]            | -        | deliver_trap(0000000d) = 1        | =
  kills[0]            | -        | bad read address 0xfffffc00 len 4 | =
  post.eip            | c0000000 | c0101234                          | =
  post.esp            | c0002800 | c00027f0                          | =
  post.dead           | 00000000 | 00000001                          | =
  post.ld_irq_enabled | 00000200 | 00000000                          | =
  returned            | -        | 1                                 | =
)");
}

}  // namespace
}  // namespace trapline::properties
