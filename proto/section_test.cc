// SPDX-License-Identifier: Apache-2.0

#include "proto/section.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/frame.h"
#include "proto/trace.pb.h"
#include "zstd.h"

namespace trapline::trace {
namespace {

using ::testing::HasSubstr;

Timing SomeTiming() {
  Timing timing;
  for (int i = 0; i < 1000; ++i) {
    timing.add_tsc(i);
    timing.add_cycles(i / 2);
  }
  return timing;
}

std::string Compress(absl::string_view bytes) {
  std::string packed(ZSTD_compressBound(bytes.size()), '\0');
  packed.resize(
      ZSTD_compress(&packed[0], packed.size(), bytes.data(), bytes.size(), 1));
  return packed;
}

std::string CompressWithoutSize(absl::string_view bytes) {
  std::string packed(ZSTD_compressBound(bytes.size()), '\0');
  ZSTD_CCtx* context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, 0);
  packed.resize(ZSTD_compress2(context, &packed[0], packed.size(), bytes.data(),
                               bytes.size()));
  ZSTD_freeCCtx(context);
  return packed;
}

absl::Status Unpack(absl::string_view packed) {
  SectionUnpacker unpacker;
  Timing timing;
  return unpacker.Unpack(packed, &timing);
}

TEST(Section, WithTextThatIsNotUtf8IsRefusedInOneSentence) {
  // Header.kernel, field 2, of one byte.
  Header header;
  testing::internal::CaptureStderr();
  const absl::Status status = ParseStrictly("\x12\x01\xFF", &header);
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  EXPECT_TRUE(absl::IsDataLoss(status)) << status;
  EXPECT_EQ(ParseStrictly("\x12\x01\x7F", &header), absl::OkStatus());
}

TEST(Section, IsUnpackedAsItWasPacked) {
  SectionPacker packer(19);
  SectionUnpacker unpacker;
  for (const Timing& timing : {SomeTiming(), Timing(), SomeTiming()}) {
    const auto packed = packer.Pack(timing);
    ASSERT_EQ(packed.status(), absl::OkStatus());
    EXPECT_EQ(packed->empty(), timing.tsc().empty());
    Timing unpacked;
    ASSERT_EQ(unpacker.Unpack(*packed, &unpacked), absl::OkStatus());
    EXPECT_EQ(unpacked.SerializeAsString(), timing.SerializeAsString());
  }
}

TEST(Section, MustBeOneZstdFrameOfAKnownSize) {
  const std::string bytes = SomeTiming().SerializeAsString();
  const std::string packed = Compress(bytes);
  EXPECT_EQ(Unpack(packed), absl::OkStatus());
  EXPECT_TRUE(absl::IsDataLoss(Unpack(bytes)));
  EXPECT_TRUE(absl::IsDataLoss(Unpack(packed + "x")));
  EXPECT_TRUE(absl::IsDataLoss(Unpack(packed + packed)));
  EXPECT_TRUE(absl::IsDataLoss(Unpack(CompressWithoutSize(bytes))));
  EXPECT_TRUE(absl::IsDataLoss(Unpack(Compress(""))));
  const std::string skippable("\x50\x2A\x4D\x18\x02\0\0\0xx", 10);
  EXPECT_TRUE(absl::IsDataLoss(Unpack(skippable)));
  EXPECT_TRUE(absl::IsDataLoss(Unpack(packed + skippable)));
  for (size_t size = 1; size < packed.size(); ++size) {
    EXPECT_TRUE(absl::IsDataLoss(Unpack(packed.substr(0, size)))) << size;
  }
}

TEST(Section, MayNotBeLargerThanTheLimit) {
  const std::string zeros(kMaxSection + 1, '\0');
  EXPECT_THAT(Unpack(Compress(zeros)).message(), HasSubstr("too large"));
  // As above, but not a Timing.
  EXPECT_THAT(Unpack(Compress(zeros.substr(1))).message(),
              HasSubstr("not such a message"));
}

TEST(ParseStrictly, RefusesAFieldThatTheSchemaDoesNotHave) {
  Timing timing;
  timing.GetReflection()->MutableUnknownFields(&timing)->AddVarint(3, 1);
  EXPECT_TRUE(
      absl::IsDataLoss(ParseStrictly(timing.SerializeAsString(), &timing)));
}

TEST(ParseStrictly, RefusesAFieldThatComesTwice) {
  const std::string bytes = SomeTiming().SerializeAsString();
  Timing timing;
  EXPECT_EQ(ParseStrictly(bytes, &timing), absl::OkStatus());
  EXPECT_TRUE(absl::IsDataLoss(ParseStrictly(bytes + bytes, &timing)));
  Columns columns;
  const std::string empty_before("\x1a\0", 2);
  EXPECT_EQ(ParseStrictly(empty_before, &columns), absl::OkStatus());
  EXPECT_TRUE(
      absl::IsDataLoss(ParseStrictly(empty_before + empty_before, &columns)));
}

TEST(ParseStrictly, RefusesAColumnThatIsNotPacked) {
  Timing timing;
  EXPECT_TRUE(absl::IsDataLoss(ParseStrictly("\x10\x05", &timing)));
}

TEST(ParseStrictly, RefusesMoreEventsThanTheLimitBeforeItBuildsThem) {
  std::string bytes;
  for (uint32_t i = 0; i < kMaxEvents; ++i) bytes += std::string("\x0a\0", 2);
  Between between;
  EXPECT_EQ(ParseStrictly(bytes, &between), absl::OkStatus());
  EXPECT_EQ(between.event_size(), static_cast<int>(kMaxEvents));
  Between none;
  EXPECT_TRUE(
      absl::IsDataLoss(ParseStrictly(bytes + std::string("\x0a\0", 2), &none)));
  EXPECT_EQ(none.event_size(), 0);
}

TEST(ParseStrictly, RefusesAMessageThatIsNotUtf8) {
  Columns columns;
  const std::string bytes("\x92\x01\x01\xff", 4);  // field 18
  EXPECT_TRUE(absl::IsDataLoss(ParseStrictly(bytes, &columns)));
}

TEST(ParseStrictly, RefusesAMessageThatReachesBeyondTheOneAroundIt) {
  Between between;
  EXPECT_EQ(ParseStrictly(std::string("\x0a\x02\x08\x01", 4), &between),
            absl::OkStatus());
  EXPECT_TRUE(absl::IsDataLoss(
      ParseStrictly(std::string("\x0a\x03\x08\x01", 4), &between)));
  EXPECT_TRUE(absl::IsDataLoss(
      ParseStrictly(std::string("\x0a\x01\x08\x01", 4), &between)));
}

}  // namespace
}  // namespace trapline::trace
