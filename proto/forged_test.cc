// SPDX-License-Identifier: Apache-2.0

// Traces whose checksums are right and whose content nobody wrote. What a
// decoder makes of them has to be an error or a proper trap, and no access out
// of bounds (which the sanitizers see).

#include <cstdlib>
#include <functional>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "google/protobuf/descriptor.h"
#include "gtest/gtest.h"
#include "proto/columns.h"
#include "proto/section.h"
#include "proto/testing_files.h"
#include "zstd.h"

namespace trapline::trace {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

class Forger {
 public:
  explicit Forger(uint32_t seed) : random_(seed) {}

  uint64_t Below(uint64_t bound) { return random_() % bound; }

  uint64_t Number(uint64_t old) {
    switch (Below(6)) {
      case 0:
        return random_();
      case 1:
        return old ^ uint64_t { 1 } << Below(64);
      case 2:
        return old + 1;
      case 3:
        return old - 1;
      case 4:
        return 0;
      default:
        return Below(300);
    }
  }

  void Mutate(std::string* bytes) {
    for (uint64_t i = 1 + Below(3); i != 0; --i) {
      if (bytes->empty() || Below(8) == 0) {
        bytes->insert(Below(bytes->size() + 1), 1, static_cast<char>(Below(4)));
      } else if (Below(8) == 0) {
        bytes->erase(Below(bytes->size()), 1 + Below(4));
      } else {
        char& byte = (*bytes)[Below(bytes->size())];
        byte = static_cast<char>(Number(static_cast<uint8_t>(byte)));
      }
    }
  }

  // Changes, adds or removes one value in `message` or in one inside it.
  void Mutate(Message* message) {
    const auto& type = *message->GetDescriptor();
    const Reflection& reflection = *message->GetReflection();
    const FieldDescriptor* field =
        type.field(static_cast<int>(Below(type.field_count())));
    if (field->is_repeated()) {
      MutateRepeated(message, reflection, field);
      return;
    }
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_MESSAGE:
        Mutate(reflection.MutableMessage(message, field));
        break;
      case FieldDescriptor::CPPTYPE_STRING: {
        std::string bytes = reflection.GetString(*message, field);
        Mutate(&bytes);
        reflection.SetString(message, field, bytes);
        break;
      }
      case FieldDescriptor::CPPTYPE_UINT32:
        reflection.SetUInt32(message, field,
                             static_cast<uint32_t>(Number(
                                 reflection.GetUInt32(*message, field))));
        break;
      case FieldDescriptor::CPPTYPE_UINT64:
        reflection.SetUInt64(message, field,
                             Number(reflection.GetUInt64(*message, field)));
        break;
      default:
        break;
    }
  }

 private:
  void MutateRepeated(Message* message, const Reflection& reflection,
                      const FieldDescriptor* field) {
    const int size = reflection.FieldSize(*message, field);
    const uint64_t what = Below(4);
    if (what == 0 && size != 0) {
      reflection.RemoveLast(message, field);
      return;
    }
    const bool add = size == 0 || what == 1;
    const int at = size == 0 ? 0 : static_cast<int>(Below(size));
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_MESSAGE:
        Mutate(add ? reflection.AddMessage(message, field)
                   : reflection.MutableRepeatedMessage(message, field, at));
        break;
      case FieldDescriptor::CPPTYPE_STRING:
        reflection.AddString(message, field, "bad stack");
        break;
      case FieldDescriptor::CPPTYPE_UINT32: {
        if (add) reflection.AddUInt32(message, field, 0);
        const uint32_t old = reflection.GetRepeatedUInt32(*message, field, at);
        reflection.SetRepeatedUInt32(message, field, at,
                                     static_cast<uint32_t>(Number(old)));
        break;
      }
      case FieldDescriptor::CPPTYPE_UINT64: {
        if (add) reflection.AddUInt64(message, field, 0);
        const uint64_t old = reflection.GetRepeatedUInt64(*message, field, at);
        reflection.SetRepeatedUInt64(message, field, at, Number(old));
        break;
      }
      case FieldDescriptor::CPPTYPE_INT64:
        reflection.AddInt64(message, field, static_cast<int64_t>(random_()));
        break;
      default:
        break;
    }
  }

  std::mt19937_64 random_;
};

class Forged : public ::testing::Test {
 protected:
  void SetUp() override {
    RecordMaker maker(9);
    records_ = maker.Make(60);
    const std::string path = TestPath("forged.trace");
    ASSERT_EQ(WriteTrace(path, records_), absl::OkStatus());
    bytes_ = ReadBytes(path);
    const auto blocks = ReadBlocks(path);
    ASSERT_EQ(blocks.status(), absl::OkStatus());
    ASSERT_EQ(blocks->size(), 1u);
    good_ = blocks->front();
    if (std::getenv("EXHAUSTIVE") != nullptr) rounds_ = 20'000;
  }

  // Decodes a block, all of it or in part. What comes out has to be what a
  // writer takes and a reader gives back.
  void Decode(const RawBlock& block, Forger* forger) {
    BlockDecoder decoder;
    const auto sections = static_cast<int>(forger->Below(8));
    if (decoder.Start(block, sections).ok()) {
      Trap trap;
      while (decoder.Next(&trap)) sink_ += Describe(trap).size();
    }
    const auto lines = ReadBlock(block);
    if (!lines.ok()) {
      ASSERT_TRUE(absl::IsDataLoss(lines.status())) << lines.status();
      ++refused_;
      return;
    }
    ++taken_;
    if (taken_ % 16 != 0) return;
    ASSERT_EQ(decoder.Start(block, kEverything), absl::OkStatus());
    const std::string path = TestPath("forged_again.trace");
    WriterOptions options;
    options.zstd_level = 1;
    options.traps_per_block = 65536;
    auto writer = Writer::Create(path, TestHeader(), options);
    ASSERT_EQ(writer.status(), absl::OkStatus());
    size_t event = 0;
    const std::vector<Event>& events = decoder.events();
    Trap trap;
    for (uint32_t traps = 0;; ++traps) {
      for (; event < events.size() && events[event].traps() == traps; ++event) {
        ASSERT_EQ((*writer)->Add(events[event]), absl::OkStatus());
      }
      if (!decoder.Next(&trap)) break;
      ASSERT_EQ((*writer)->Add(trap), absl::OkStatus()) << Describe(trap);
    }
    ASSERT_EQ((*writer)->Close(), absl::OkStatus());
    const auto again = ReadTrace(path);
    ASSERT_EQ(again.status(), absl::OkStatus());
    ASSERT_EQ(*again, *lines);
  }

  // Forges the section `field` of the block `rounds_` times.
  void ForgeSection(std::string* (Block::*field)(),
                    const std::function<void(Forger*, std::string*)>& forge,
                    Message* message) {
    SectionUnpacker unpacker;
    ASSERT_EQ(unpacker.Unpack(*(good_.block.*field)(), message),
              absl::OkStatus());
    const std::string bytes = message->SerializeAsString();
    for (int round = 0; round < rounds_ && !HasFatalFailure(); ++round) {
      SCOPED_TRACE(absl::StrCat("round ", round));
      Forger forger(static_cast<uint32_t>(round));
      std::string forged = bytes;
      forge(&forger, &forged);
      RawBlock block = good_;
      std::string* packed = (block.block.*field)();
      packed->resize(ZSTD_compressBound(forged.size()));
      packed->resize(ZSTD_compress(&(*packed)[0], packed->size(), forged.data(),
                                   forged.size(), 1));
      Decode(block, &forger);
    }
    EXPECT_GT(refused_, rounds_ / 20);
    EXPECT_GT(taken_, rounds_ / 200);
  }

  template <typename T>
  void ForgeBytesAndValues(std::string* (Block::*field)()) {
    T message;
    ForgeSection(
        field, [](Forger* forger, std::string* s) { forger->Mutate(s); },
        &message);
    ForgeSection(
        field,
        [](Forger* forger, std::string* s) {
          T forged;
          forged.ParseFromString(*s);
          for (uint64_t i = 1 + forger->Below(2); i != 0; --i) {
            forger->Mutate(&forged);
          }
          *s = forged.SerializeAsString();
        },
        &message);
  }

  int rounds_ = 1500;
  std::vector<Record> records_;
  std::string bytes_;
  RawBlock good_;
  int refused_ = 0;
  int taken_ = 0;
  size_t sink_ = 0;
};

TEST_F(Forged, ColumnsAreRefusedOrProper) {
  ForgeBytesAndValues<Columns>(&Block::mutable_columns);
}

TEST_F(Forged, CodeIsRefusedOrProper) {
  ForgeBytesAndValues<Code>(&Block::mutable_code);
}

TEST_F(Forged, TimingIsRefusedOrProper) {
  ForgeBytesAndValues<Timing>(&Block::mutable_timing);
}

TEST_F(Forged, EventsAreRefusedOrProper) {
  ForgeBytesAndValues<Between>(&Block::mutable_between);
}

TEST_F(Forged, PayloadsOfFramesAreRefusedOrProper) {
  const std::string path = TestPath("forged_frame.trace");
  for (int round = 0; round < rounds_; ++round) {
    Forger forger(static_cast<uint32_t>(round));
    std::vector<TestFrame> frames = SplitFrames(bytes_);
    forger.Mutate(&frames[forger.Below(frames.size())].payload);
    WriteBytes(path, JoinFrames(frames));
    const auto read = ReadTrace(path);
    if (!read.ok()) {
      ASSERT_TRUE(absl::IsDataLoss(read.status())) << read.status();
    }
  }
}

TEST_F(Forged, BlocksOfFalseCountsAreRefused) {
  const auto refused = [&](const std::function<void(Block*)>& change) {
    RawBlock block = good_;
    change(&block.block);
    return absl::IsDataLoss(ReadBlock(block).status());
  };
  EXPECT_FALSE(refused([](Block*) {}));
  for (const int by : {-1, 1}) {
    EXPECT_TRUE(refused([&](Block* b) { b->set_traps(b->traps() + by); }));
    EXPECT_TRUE(refused([&](Block* b) { b->set_events(b->events() + by); }));
    EXPECT_TRUE(refused([&](Block* b) { b->set_lost(b->lost() + by); }));
  }
  EXPECT_TRUE(refused([](Block* b) { b->set_traps(~uint32_t{0}); }));
  EXPECT_TRUE(refused([](Block* b) { b->clear_columns(); }));
  EXPECT_TRUE(refused([](Block* b) { b->clear_code(); }));
  EXPECT_TRUE(refused([](Block* b) { b->clear_timing(); }));
  EXPECT_TRUE(refused([](Block* b) { b->clear_between(); }));
}

}  // namespace
}  // namespace trapline::trace
