// SPDX-License-Identifier: Apache-2.0

#include "properties/decode/differences.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "properties/decode/every_string.h"
#include "properties/decode/insn_trap.h"

namespace trapline::properties {
namespace {

constexpr char kShift[] = "F2 F3 F4 F5 F6";
constexpr char kShiftCli[] = "F7";
constexpr char kSmallOperand[] = "F8 F9 F10";

constexpr char kPrefixedIo[] =
    "IN, OUT behind a prefix other than 66, or behind several";
constexpr char kCli[] = "CLI";
constexpr char kPrefixedCli[] = "CLI behind any prefix";
constexpr char kByteIn[] = "IN of AL";
constexpr char kPrefixedByteIn[] = "IN of AL behind 66";
constexpr char kWordIn[] = "IN of AX";

std::string Key(Difference difference, std::string_view entry) {
  const std::string_view name = DifferenceName(difference);
  return absl::StrCat(absl::string_view(name.data(), name.size()), " ",
                      absl::string_view(entry.data(), entry.size()));
}

// As the ledger calls the difference, or why it does not.
std::string EntryOf(const DecodingForm& form, Bytes start) {
  const InsnTrap trap = TakeInsnTrap(*form.flavors.front(), start);
  if (!trap.undecided.empty()) return "and not decided";
  if (!trap.violated.empty()) return "and not in the ledger";
  return Ids(trap.deviations);
}

}  // namespace

// Nothing is over-accepted, nor taken for another kind or length.
absl::Span<const KnownDifference> KnownDifferences() {
  constexpr auto kUnder = Difference::kUnderAccept;
  constexpr auto kWidth = Difference::kWrongWidth;
  static constexpr KnownDifference kKnown[] = {
      {kShift, kUnder, "E11", kPrefixedIo, {0, 72, 19'232, 4'931'392}},
      {kShift, kUnder, "E15", kCli, {1, 266, 68'196, 17'459'176}},
      {kShift, kWidth, "E1", kByteIn, {2, 512, 131'072, 33'554'432}},
      {kShift, kWidth, "E2", kPrefixedByteIn, {0, 2, 512, 131'072}},
      {kShift, kWidth, "E3", kWordIn, {0, 2, 512, 131'072}},

      {kShiftCli, kUnder, "E11", kPrefixedIo, {0, 72, 19'232, 4'931'392}},
      {kShiftCli, kUnder, "E15", kPrefixedCli, {0, 10, 2'660, 681'960}},
      {kShiftCli, kWidth, "E1", kByteIn, {2, 512, 131'072, 33'554'432}},
      {kShiftCli, kWidth, "E2", kPrefixedByteIn, {0, 2, 512, 131'072}},
      {kShiftCli, kWidth, "E3", kWordIn, {0, 2, 512, 131'072}},

      {kSmallOperand, kUnder, "E11", kPrefixedIo, {0, 72, 19'232, 4'931'392}},
      {kSmallOperand, kUnder, "E15", kPrefixedCli, {0, 10, 2'660, 681'960}},
  };
  return kKnown;
}

DifferenceCounts KnownCounts(const DecodingForm& form, size_t size) {
  DifferenceCounts counts;
  for (const KnownDifference& known : KnownDifferences()) {
    const uint64_t count = known.count[size - 1];
    if (known.form != form.name || count == 0) continue;
    counts[Key(known.difference, known.entry)] += count;
  }
  return counts;
}

DifferenceCounts CountDifferences(const DecodingForm& form, size_t size,
                                  Reader handler, Reader architecture) {
  DifferenceCounts counts;
  ForEachString(size, handler, architecture, [&](const AlikeStrings& strings) {
    const Difference difference =
        Compare(strings.handler, strings.architecture);
    if (difference == Difference::kNone) return;
    counts[Key(difference, EntryOf(form, strings.start))] += strings.count;
  });
  return counts;
}

}  // namespace trapline::properties
