// SPDX-License-Identifier: Apache-2.0

#include "proto/words.h"

#include "google/protobuf/descriptor.h"
#include "gtest/gtest.h"
#include "proto/columns.h"

namespace trapline::trace {
namespace {

using google::protobuf::FieldDescriptor;

TEST(Words, TheSchemaHasOnePackedFixedColumnForEachWord) {
  ASSERT_EQ(Words::descriptor()->field_count(), kWordCount);
  for (int i = 0; i < kWordCount; ++i) {
    const FieldDescriptor* field =
        Words::descriptor()->FindFieldByNumber(i + 1);
    ASSERT_NE(field, nullptr) << i;
    EXPECT_EQ(field->type(), FieldDescriptor::TYPE_FIXED32) << field->name();
    EXPECT_TRUE(field->is_packed()) << field->name();
  }
}

TEST(Words, AColumnIsThatOfItsIndex) {
  for (int i = 0; i < kWordCount; ++i) {
    Words words;
    MutableColumn(&words, i)->Add(7);
    const FieldDescriptor* field =
        Words::descriptor()->FindFieldByNumber(i + 1);
    EXPECT_EQ(Words::GetReflection()->FieldSize(words, field), 1)
        << field->name();
    EXPECT_EQ(GetColumn(words, i).size(), 1) << field->name();
  }
}

TEST(Words, ANameLeadsToItsIndexAndBack) {
  EXPECT_EQ(WordName(0), "eax");
  EXPECT_EQ(WordName(kTrapnum), "trapnum");
  EXPECT_EQ(WordName(kWordCount - 1), "host_cpu");
  for (int i = 0; i < kWordCount; ++i) EXPECT_EQ(WordIndex(WordName(i)), i);
  EXPECT_EQ(WordIndex("rax"), std::nullopt);
}

}  // namespace
}  // namespace trapline::trace
