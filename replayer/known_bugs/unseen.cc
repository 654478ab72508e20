// SPDX-License-Identifier: Apache-2.0

#include "replayer/known_bugs/unseen.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace trapline::replay {
namespace {

using Json = nlohmann::json;
using properties::Guest;
using Segment = properties::Segment<uint32_t, bool>;

// Runs of bytes, each in hexadecimal by the address of its first.
Json MemoryOf(const Guest& guest, const Guest& seen) {
  std::map<uint32_t, uint8_t> bytes;
  for (const uint32_t pa : guest.memory.addresses()) {
    const uint8_t byte = guest.memory.at(pa);
    if (byte != seen.memory.at(pa)) bytes[pa] = byte;
  }
  Json memory = Json::object();
  std::string address;
  uint32_t next = 0;
  for (const auto& [pa, byte] : bytes) {
    if (address.empty() || pa != next) {
      address = absl::StrFormat("%08x", pa);
      memory[address] = "";
    }
    memory[address].get_ref<std::string&>() += absl::StrFormat("%02x", byte);
    next = pa + 1;
  }
  return memory;
}

bool IsFlat(const Segment& segment) {
  return segment.base == 0 && segment.is_32_bit;
}

Json SegmentOf(const Segment& segment) {
  return {{"base", segment.base}, {"is_32_bit", segment.is_32_bit}};
}

void ReadSegment(const Json& json, Segment* segment) {
  segment->base = json.at("base").get<uint32_t>();
  segment->is_32_bit = json.at("is_32_bit").get<bool>();
}

bool ReadMemory(const Json& json, Guest* guest) {
  for (const auto& [address, hex] : json.items()) {
    uint32_t pa = 0;
    if (!absl::SimpleHexAtoi(address, &pa)) return false;
    for (const char c : absl::HexStringToBytes(hex.get<std::string>())) {
      guest->memory[pa++] = static_cast<uint8_t>(c);
    }
  }
  return true;
}

}  // namespace

Json Unseen(const Guest& guest, const Guest& seen) {
  Json json = Json::object();
  if (Json memory = MemoryOf(guest, seen); !memory.empty()) {
    json["memory"] = std::move(memory);
  }
  if (!IsFlat(guest.cs)) json["cs"] = SegmentOf(guest.cs);
  if (!IsFlat(guest.ss)) json["ss"] = SegmentOf(guest.ss);
  if (!guest.shadow_absent.empty()) {
    json["shadow_absent"] = guest.shadow_absent;
  }
  if (!guest.page_unavailable.empty()) {
    json["page_unavailable"] = guest.page_unavailable;
  }
  return json;
}

absl::Status AddUnseen(const Json& unseen, Guest* guest) {
  using Answers = std::vector<bool>;
  guest->is_whole = true;
  try {
    if (unseen.contains("cs")) ReadSegment(unseen["cs"], &guest->cs);
    if (unseen.contains("ss")) ReadSegment(unseen["ss"], &guest->ss);
    guest->shadow_absent = unseen.value("shadow_absent", Answers());
    guest->page_unavailable = unseen.value("page_unavailable", Answers());
    if (ReadMemory(unseen.value("memory", Json::object()), guest)) {
      // What is not in memory is zero.
      for (const uint32_t pa : guest->memory.addresses()) {
        if (guest->memory.at(pa) == 0) guest->memory.erase(pa);
      }
      return absl::OkStatus();
    }
  } catch (const Json::exception& error) {
    return absl::DataLossError(
        absl::StrCat("cannot be a guest: ", error.what()));
  }
  return absl::DataLossError("cannot be a guest: an address is no number");
}

}  // namespace trapline::replay
