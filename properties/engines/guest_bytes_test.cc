// SPDX-License-Identifier: Apache-2.0

#include "properties/engines/guest_bytes.h"

#include <cstdint>
#include <random>
#include <string>

#include "gtest/gtest.h"
#include "properties/engines/choices.h"
#include "properties/engines/draw_guest.h"
#include "properties/engines/fuzz.h"
#include "properties/engines/show_guest.h"
#include "properties/engines/testing_hosts.h"

namespace trapline::properties {
namespace {

absl::Span<const uint8_t> Span(const std::string& bytes) {
  return {reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()};
}

// Calls `visit` with guests that have every oddity.
template <class Visit>
void ForEachGuest(Visit visit) {
  std::mt19937 random;
  const auto next = [&] { return static_cast<uint8_t>(random()); };
  Choices choices(next);
  for (const model::Host& host : AllHosts()) {
    for (int i = 0; i < 200 && !testing::Test::HasFailure(); ++i) {
      visit(host, DrawGuest(host, choices));
    }
  }
}

TEST(GuestBytes, AreTheGuestWordForWord) {
  ForEachGuest([](const model::Host& host, Guest guest) {
    guest.shadow_absent.resize(8);
    guest.page_unavailable.resize(8);
    const Guest again = GuestOfBytes(host, Span(BytesOfGuest(host, guest)));
    EXPECT_EQ(ShowGuest(again), ShowGuest(guest));
  });
}

TEST(GuestBytes, AreAnInputOfTheFuzzer) {
  ForEachGuest([](const model::Host&, Guest guest) {
    guest.shadow_absent.resize(8);
    guest.page_unavailable.resize(8);
    EXPECT_EQ(ShowGuest(GuestOf(Span(BytesOf(guest)))), ShowGuest(guest));
  });
}

TEST(GuestBytes, MayEndAnywhere) {
  Guest last;
  ForEachGuest([&](const model::Host&, const Guest& guest) { last = guest; });
  const std::string bytes = BytesOf(last);
  for (size_t size = 0; size < bytes.size(); ++size) {
    const Guest guest = GuestOf(Span(bytes.substr(0, size)));
    EXPECT_LE(guest.memory.addresses().size(), last.memory.addresses().size());
  }
}

}  // namespace
}  // namespace trapline::properties
