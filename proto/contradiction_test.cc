// SPDX-License-Identifier: Apache-2.0

// One contradiction at a time inside the sections of a block.

#include <functional>

#include "gmock/gmock.h"
#include "google/protobuf/descriptor.h"
#include "gtest/gtest.h"
#include "proto/columns.h"
#include "proto/section.h"
#include "proto/testing_files.h"

namespace trapline::trace {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using ::testing::HasSubstr;

// A block that has values in every column.
class SectionsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    RecordMaker maker(11);
    const std::string path = TestPath("sections.trace");
    ASSERT_EQ(WriteTrace(path, maker.Make(400)), absl::OkStatus());
    const auto blocks = ReadBlocks(path);
    ASSERT_EQ(blocks.status(), absl::OkStatus());
    ASSERT_EQ(blocks->size(), 1u);
    block_ = blocks->front();
  }

  // What reading says after `change` of one section.
  template <typename T>
  std::string After(std::string* (Block::*section)(),
                    const std::function<void(T*)>& change) {
    RawBlock block = block_;
    std::string* packed = (block.block.*section)();
    T message;
    EXPECT_EQ(unpacker_.Unpack(*packed, &message), absl::OkStatus());
    change(&message);
    *packed = *packer_.Pack(message);
    const absl::Status status = ReadBlock(block).status();
    EXPECT_TRUE(status.ok() || absl::IsDataLoss(status)) << status;
    return std::string(status.message());
  }
  std::string AfterColumns(const std::function<void(Columns*)>& change) {
    return After(&Block::mutable_columns, change);
  }
  std::string AfterCode(const std::function<void(Code*)>& change) {
    return After(&Block::mutable_code, change);
  }
  std::string AfterEvent(Event::WhatCase what,
                         const std::function<void(Event*)>& change) {
    return After<Between>(&Block::mutable_between, [&](Between* between) {
      for (Event& event : *between->mutable_event()) {
        if (event.what_case() == what) return change(&event);
      }
      FAIL() << "no such event";
    });
  }

  // Each column of what `inside` leads to must have values, and reading must
  // fail where it has one more or one less.
  template <typename T>
  void ExpectExact(std::string* (Block::*section)(),
                   const std::function<Message*(T*)>& inside) {
    T message;
    const auto& type = *inside(&message)->GetDescriptor();
    for (int i = 0; i < type.field_count(); ++i) {
      const FieldDescriptor* field = type.field(i);
      if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) continue;
      EXPECT_NE(After<T>(section,
                         [&](T* changed) { AddOne(inside(changed), field); }),
                "")
          << field->full_name();
      EXPECT_NE(After<T>(section,
                         [&](T* changed) { TakeOne(inside(changed), field); }),
                "")
          << field->full_name();
    }
  }

  static void AddOne(Message* message, const FieldDescriptor* field) {
    const auto& reflection = *message->GetReflection();
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_UINT32:
        return reflection.AddUInt32(message, field, 0);
      case FieldDescriptor::CPPTYPE_UINT64:
        return reflection.AddUInt64(message, field, 0);
      case FieldDescriptor::CPPTYPE_INT64:
        return reflection.AddInt64(message, field, 0);
      default:
        break;
    }
    if (field->is_repeated()) return reflection.AddString(message, field, "");
    reflection.SetString(message, field,
                         reflection.GetString(*message, field) + '\0');
  }
  static void TakeOne(Message* message, const FieldDescriptor* field) {
    const auto& reflection = *message->GetReflection();
    if (field->is_repeated()) {
      ASSERT_NE(reflection.FieldSize(*message, field), 0) << field->full_name();
      return reflection.RemoveLast(message, field);
    }
    std::string bytes = reflection.GetString(*message, field);
    ASSERT_FALSE(bytes.empty()) << field->full_name();
    bytes.pop_back();
    reflection.SetString(message, field, bytes);
  }

  RawBlock block_;
  SectionPacker packer_{1};
  SectionUnpacker unpacker_;
};

TEST_F(SectionsTest, AreFineWhereNothingIsChanged) {
  EXPECT_EQ(AfterColumns([](Columns*) {}), "");
  EXPECT_EQ(AfterCode([](Code*) {}), "");
  EXPECT_EQ(AfterEvent(Event::kHypercall, [](Event*) {}), "");
}

TEST_F(SectionsTest, MustHaveAsManyValuesInEveryColumnAsAreTaken) {
  ExpectExact<Columns>(&Block::mutable_columns,
                       [](Columns* all) { return all; });
  ExpectExact<Columns>(&Block::mutable_columns,
                       [](Columns* all) { return all->mutable_before(); });
  ExpectExact<Columns>(&Block::mutable_columns,
                       [](Columns* all) { return all->mutable_after(); });
  ExpectExact<Code>(&Block::mutable_code, [](Code* all) { return all; });
  ExpectExact<Timing>(&Block::mutable_timing, [](Timing* all) { return all; });
}

TEST_F(SectionsTest, MustHoldAsManyAccessesCallsAndInstructionsAsTheyCount) {
  for (const uint32_t count : {200U, 100'000U, ~0U}) {
    EXPECT_THAT(AfterColumns([&](Columns* columns) {
                  columns->set_access_count(2, count);
                }),
                HasSubstr("`access` has run out"));
    EXPECT_THAT(AfterColumns([&](Columns* c) { c->set_call_count(2, count); }),
                HasSubstr("`call` has run out"));
  }
  EXPECT_THAT(AfterCode([](Code* code) {
                std::string* changed = code->mutable_changed();
                (*changed)[changed->find('\0')] = 1;
              }),
              HasSubstr("`length` has run out"));
}

TEST_F(SectionsTest, MustGiveEveryBitAndCodeAMeaning) {
  const auto after = [&](auto change) { return AfterColumns(change); };
  for (const int bit : {kWordCount, 50, 59}) {
    EXPECT_THAT(after([=](Columns* columns) {
                  *columns->mutable_before_changed()->Mutable(5) |= uint64_t{1}
                                                                    << bit;
                }),
                HasSubstr("a mask has a bit"));
  }
  for (const int bit : {kWordCount, 59, 60, 63}) {
    EXPECT_THAT(after([=](Columns* columns) {
                  *columns->mutable_after_changed()->Mutable(5) |= uint64_t{1}
                                                                   << bit;
                }),
                HasSubstr("a mask has a bit"));
  }
  EXPECT_THAT(
      after([](Columns* columns) { columns->set_present(0, kWordBits + 1); }),
      HasSubstr("`present` names a word"));
  EXPECT_THAT(after([](Columns* columns) { columns->set_flags(0, 2); }),
              HasSubstr("a flag of no meaning"));
  EXPECT_THAT(
      after([](Columns* columns) { (*columns->mutable_access())[0] = 6 << 1; }),
      HasSubstr("length code of no meaning"));
  for (const int mode : {3, 4, 8, 15}) {
    EXPECT_THAT(after([=](Columns* columns) {
                  (*columns->mutable_access())[0] =
                      static_cast<char>(mode << 4);
                }),
                HasSubstr("address code of no meaning"));
  }
  for (const int kind : {0, 5, 15}) {
    EXPECT_THAT(after([=](Columns* columns) {
                  (*columns->mutable_call())[0] = static_cast<char>(kind);
                }),
                HasSubstr("call kind of no meaning"));
  }
  for (const int call : {DELIVER_TRAP | 1 << 5, KILL_GUEST | 1 << 4,
                         GUEST_PAGETABLE_CLEAR_ALL | 3 << 4}) {
    EXPECT_THAT(after([=](Columns* columns) {
                  (*columns->mutable_call())[0] = static_cast<char>(call);
                }),
                HasSubstr("an argument that the call does not have"));
  }
}

TEST_F(SectionsTest, AnErrorSticksUntilTheNextStart) {
  RawBlock no_columns = block_;
  no_columns.block.set_columns("no zstd");
  RawBlock bad_code = block_;
  Code code;
  ASSERT_EQ(unpacker_.Unpack(bad_code.block.code(), &code), absl::OkStatus());
  code.set_length(0, 17);
  bad_code.block.set_code(*packer_.Pack(code));
  BlockDecoder decoder;
  for (const RawBlock& bad : {no_columns, bad_code}) {
    Trap trap;
    ASSERT_EQ(decoder.Start(block_, kCode), absl::OkStatus());
    ASSERT_TRUE(decoder.Next(&trap));
    EXPECT_EQ(decoder.Start(bad, kCode), decoder.status());
    while (decoder.Next(&trap)) {
    }
    const absl::Status status = decoder.status();
    EXPECT_TRUE(absl::IsDataLoss(status)) << status;
    EXPECT_FALSE(decoder.Next(&trap));
    EXPECT_EQ(decoder.status(), status);
  }
}

TEST_F(SectionsTest, OfCodeMustHoldBytesOfAnInstructionAndItsAddress) {
  EXPECT_THAT(AfterCode([](Code* code) { (*code->mutable_changed())[0] = 2; }),
              HasSubstr("neither 0 nor 1"));
  EXPECT_THAT(AfterCode([](Code* code) { code->set_length(0, 17); }),
              HasSubstr("more than 16"));
  EXPECT_THAT(
      AfterCode([](Code* code) { code->set_pa(0, (uint64_t{1} << 32) + 1); }),
      HasSubstr("above 2^32"));
}

TEST_F(SectionsTest, OfEventsMustHoldEventsOfThisBlock) {
  EXPECT_THAT(
      AfterEvent(Event::kLoss, [](Event* event) { event->clear_what(); }),
      HasSubstr("no kind"));
  EXPECT_THAT(AfterEvent(Event::kLoss,
                         [](Event* e) { e->mutable_loss()->clear_records(); }),
              HasSubstr("a loss of nothing"));
  EXPECT_THAT(AfterEvent(Event::kLoss,
                         [](Event* event) {
                           event->mutable_loss()->set_records(~uint64_t{0});
                         }),
              HasSubstr("more records lost"));
  EXPECT_THAT(AfterEvent(Event::kLoss, [](Event* e) { e->mutable_death(); }),
              HasSubstr("not as many"));
  EXPECT_THAT(
      AfterEvent(Event::kDeath, [](Event* event) { event->set_traps(10000); }),
      HasSubstr("more traps"));
  EXPECT_THAT(AfterEvent(Event::kStart,
                         [](Event* event) {
                           auto* words = event->mutable_start();
                           words->mutable_registers()->add_eax(1);
                           words->mutable_registers()->add_eax(2);
                         }),
              HasSubstr("more than one value"));
  const auto after_call = [&](uint32_t in_register, uint32_t count, int args) {
    return AfterEvent(Event::kHypercall, [=](Event* event) {
      Hypercall* call = event->mutable_hypercall();
      call->set_in_register(in_register);
      call->set_count(count);
      call->clear_args();
      for (int i = 0; i < args; ++i) call->add_args(1);
    });
  };
  EXPECT_EQ(after_call(0x1F, 7, 2), "");
  EXPECT_EQ(after_call(3, 2, 0), "");
  EXPECT_THAT(after_call(0x20, 7, 6), HasSubstr("in no register"));
  EXPECT_THAT(after_call(4, 2, 1), HasSubstr("in no register"));
  EXPECT_THAT(after_call(1, 3, 1), HasSubstr("not as many arguments"));
  EXPECT_THAT(after_call(1, 1, 1), HasSubstr("not as many arguments"));
}

}  // namespace
}  // namespace trapline::trace
