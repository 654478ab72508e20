// SPDX-License-Identifier: Apache-2.0

#include "properties/engines/show_guest.h"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "model/state.h"

namespace trapline::properties {
namespace {

constexpr size_t kBytesInLine = 16;

void AddWord(std::string_view name, uint32_t word, std::string* text) {
  if (word == 0) return;
  absl::StrAppendFormat(text, "  %-14s 0x%08x\n", std::string(name), word);
}

void AddSegment(std::string_view name, const Segment<uint32_t, bool>& segment,
                std::string* text) {
  AddWord(std::string(name) + ".base", segment.base, text);
  if (!segment.is_32_bit)
    absl::StrAppend(text, "  ", std::string(name), " is of 16 bits\n");
}

// One line for bytes that follow each other.
void AddMemory(const Guest& guest, std::string* text) {
  const std::vector<uint32_t> addresses = guest.memory.addresses();
  for (size_t i = 0; i < addresses.size();) {
    const uint32_t pa = addresses[i];
    absl::StrAppendFormat(text, "  [0x%08x]  ", pa);
    uint32_t length = 0;
    while (i < addresses.size() && addresses[i] == pa + length &&
           length < kBytesInLine) {
      absl::StrAppendFormat(text, " %02x", guest.memory.at(addresses[i]));
      ++length;
      ++i;
    }
    absl::StrAppend(text, "\n");
  }
}

void AddAnswers(std::string_view name, const std::vector<bool>& answers,
                std::string* text) {
  if (answers.empty()) return;
  absl::StrAppendFormat(text, "  %-14s", std::string(name));
  for (const bool answer : answers)
    absl::StrAppend(text, answer ? " yes" : " no");
  absl::StrAppend(text, "\n");
}

}  // namespace

std::string HostName(const model::Host& host) {
  return absl::StrCat(
      std::string(host.flavor.name), host.pae ? "_pae" : "",
      host.address_ok == model::AddressOk::kOld ? "_old" : "_new");
}

std::string ShowGuest(const Guest& guest) {
  std::string text = absl::StrCat("  a guest of ", HostName(guest.host), "\n");
  for (size_t i = 0; i < model::kStateWordNames.size(); ++i) {
    AddWord(model::kStateWordNames[i],
            guest.state.*model::kStateWords<uint32_t>[i], &text);
  }
  AddWord("gate.lo", guest.gate.lo, &text);
  AddWord("gate.hi", guest.gate.hi, &text);
  if (guest.host.flavor.spares_switcher) {
    AddWord("switcher_addr", guest.host.switcher_addr, &text);
  }
  AddSegment("cs", guest.cs, &text);
  AddSegment("ss", guest.ss, &text);
  if (!guest.lguest_data_accessible) {
    absl::StrAppend(&text, "  lguest_data is not accessible\n");
  }
  AddAnswers("shadow absent", guest.shadow_absent, &text);
  AddAnswers("no page", guest.page_unavailable, &text);
  AddMemory(guest, &text);
  return text;
}

std::string ShowViolation(const Violation& violation) {
  const Clause& clause = *violation.clause;
  return absl::StrCat(std::string(clause.id),
                      " is broken: ", std::string(clause.sentence), "\n",
                      ShowGuest(violation.guest));
}

}  // namespace trapline::properties
