// SPDX-License-Identifier: Apache-2.0

#include "proto/columns_decoder.h"

#include <functional>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/columns.h"
#include "proto/frame.h"
#include "proto/reader.h"
#include "proto/section.h"

namespace trapline::trace {
namespace {

using ::testing::HasSubstr;

void SetShapes(Columns* columns, const std::vector<uint32_t>& shapes) {
  columns->clear_shape();
  for (const uint32_t shape : shapes) columns->add_shape(shape);
}

// The columns of two traps that hold nothing but what `change` makes of them.
std::string DecodeColumns(const std::function<void(Columns*)>& change) {
  Columns columns;
  for (int i = 0; i < 2; ++i) {
    columns.add_shape(i);
    columns.add_before_changed(0);
    columns.add_after_changed(0);
    columns.add_access_count(0);
    columns.add_call_count(0);
  }
  change(&columns);
  RawBlock block;
  block.block.set_traps(2);
  block.block.set_first_trap(40);
  block.block.set_columns(*SectionPacker(1).Pack(columns));
  BlockDecoder decoder;
  if (!decoder.Start(block, kReplayColumns).ok()) {
    return std::string(decoder.status().message());
  }
  Trap trap;
  while (decoder.Next(&trap)) {
  }
  EXPECT_FALSE(decoder.Next(&trap));
  return std::string(decoder.status().message());
}

TEST(ColumnsDecoder, RefusesColumnsThatContradictEachOther) {
  EXPECT_EQ(DecodeColumns([](Columns*) {}), "");
  EXPECT_THAT(DecodeColumns([](Columns* columns) {
                columns->set_before_changed(0, kNumberBit);
                columns->add_number(41);
              }),
              HasSubstr("`first_trap`"));
  EXPECT_THAT(DecodeColumns([](Columns* columns) {
                columns->set_before_changed(0, kGateBit | 1 << kTrapnum);
                columns->mutable_before()->add_trapnum(kGates);
                columns->add_gate_lo(1);
                columns->add_gate_hi(1);
              }),
              HasSubstr("a gate of a trap that has none"));
  EXPECT_THAT(DecodeColumns([](Columns* columns) {
                columns->set_before_changed(0, kFlagsBit);
                columns->add_flags(TRAP_FLAG_NOT_RETURNED);
                columns->set_after_changed(1, 1);
                columns->mutable_after()->add_eax(1);
              }),
              HasSubstr("a state after a handler that never returned"));
}

TEST(ColumnsDecoder, RefusesShapesThatAreNotThoseOfItsTraps) {
  EXPECT_EQ(DecodeColumns([](Columns* columns) {
              SetShapes(columns, {1, 0});
            }),
            "");
  for (const uint32_t shape : {2U, ~0U}) {
    EXPECT_THAT(DecodeColumns([&](Columns* columns) {
                  SetShapes(columns, {0, shape});
                }),
                HasSubstr("a shape that there is not"));
  }
  EXPECT_THAT(DecodeColumns([](Columns* columns) {
                SetShapes(columns, {1, 1});
              }),
              HasSubstr("a shape of no trap"));
  EXPECT_THAT(DecodeColumns([](Columns* columns) {
                SetShapes(columns, {0, 1, 1});
              }),
              HasSubstr("not as many entries as traps"));
  EXPECT_THAT(
      DecodeColumns([](Columns* columns) { columns->add_call_count(0); }),
      HasSubstr("not as many entries as shapes"));
  EXPECT_THAT(DecodeColumns([](Columns* columns) {
                columns->add_before_changed(0);
                columns->add_after_changed(0);
                columns->add_access_count(0);
                columns->add_call_count(0);
              }),
              HasSubstr("more shapes than traps"));
}

// A shape costs no more than its bytes, however many traps have it.
TEST(ColumnsDecoder, RefusesMoreCallsThanABlockMayHold) {
  const auto decode = [](uint32_t calls) {
    return DecodeColumns([=](Columns* columns) {
      columns->set_call_count(0, calls);
      columns->set_call(std::string(
          calls, GUEST_PAGETABLE_CLEAR_ALL | kReturnedNothing << 6));
    });
  };
  EXPECT_EQ(decode(kMaxCalls), "");
  EXPECT_THAT(decode(kMaxCalls + 1), HasSubstr("too many calls"));
}

}  // namespace
}  // namespace trapline::trace
