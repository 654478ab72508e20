// SPDX-License-Identifier: Apache-2.0

// Each recorded trap begins with the state that the hypercalls before it make:
// IDT gate, stack, TS, page directory, what LHCALL_LGUEST_INIT told. The two
// were recorded by different probes, so what one of them missed shows here.

#include "traces/good/told_state.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/reader.h"

namespace trapline::traces {
namespace {

using ::testing::IsEmpty;

// Captures lack hypercalls that the recorder sees.
std::vector<std::string> TracePaths() {
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::directory_iterator("traces/good")) {
    const std::string name = entry.path().filename();
    if (absl::StartsWith(name, "recorded-") && absl::EndsWith(name, ".trace")) {
      paths.push_back(entry.path());
    }
  }
  return paths;
}

// Without the events that `wanted` refuses.
using Wanted = std::function<bool(const trace::Event&)>;

// Ends at the first block that disagrees.
ToldState Follow(const std::string& path, const Wanted& wanted) {
  auto reader = trace::Reader::Open(path);
  EXPECT_EQ(reader.status(), absl::OkStatus());
  ToldState state((*reader)->header());
  trace::BlockDecoder decoder;
  for (;;) {
    const auto block = (*reader)->Next();
    EXPECT_EQ(block.status(), absl::OkStatus());
    if (!block.ok() || !block->has_value()) return state;
    EXPECT_EQ(decoder.Start(**block, trace::kBetween), absl::OkStatus());
    auto event = decoder.events().begin();
    const auto add_events = [&](uint32_t traps) {
      for (; event != decoder.events().end() && event->traps() <= traps;
           ++event) {
        if (wanted(*event)) state.Add(*event);
      }
    };
    trace::Trap trap;
    for (uint32_t i = 0; decoder.Next(&trap); ++i) {
      add_events(i);
      state.Add(trap);
    }
    add_events(UINT32_MAX);
    EXPECT_EQ(decoder.status(), absl::OkStatus());
    if (!state.surprises().empty()) return state;
  }
}

bool All(const trace::Event&) { return true; }

class Recording : public ::testing::TestWithParam<std::string> {};

TEST_P(Recording, BeginsEachTrapWithWhatHypercallsToldBefore) {
  const ToldState state = Follow(GetParam(), All);
  EXPECT_THAT(state.surprises(), IsEmpty());
  for (const auto& [what, times] : state.compared()) {
    RecordProperty(what, static_cast<int>(times));
  }
}

INSTANTIATE_TEST_SUITE_P(Good, Recording, ::testing::ValuesIn(TracePaths()),
                         [](const auto& info) {
                           std::string name =
                               std::filesystem::path(info.param).stem();
                           for (char& c : name) {
                             if (std::isalnum(c) == 0) c = '_';
                           }
                           return name;
                         });

// Of the recorder's own recordings of whole boots.
class Boot : public ::testing::TestWithParam<std::string> {
 protected:
  const std::string path_ = "traces/good/recorded-" + GetParam() + ".trace";
};

uint32_t NumberOf(const trace::Event& event) {
  return event.has_hypercall() ? event.hypercall().args(0) : UINT32_MAX;
}

TEST_P(Boot, HasEachOfTheWordsToCompareAtEachTrap) {
  uint64_t starts = 0;
  uint64_t runs = 0;
  const ToldState state = Follow(path_, [&](const trace::Event& event) {
    starts += event.has_start();
    runs += event.has_run();
    return true;
  });
  const auto& compared = state.compared();
  const uint64_t traps = compared.at("stack_pages");
  EXPECT_GE(traps, 40000u);
  EXPECT_EQ(compared.at("kernel_address"), traps);
  EXPECT_EQ(compared.at("gpgdir"), traps - starts);
  EXPECT_EQ(compared.at("gate"), 2 * traps);
  // At the start of each run too.
  EXPECT_GE(runs, traps);
  for (const char* word : {"ts", "esp1", "ss1"}) {
    EXPECT_EQ(compared.at(word), traps + runs) << word;
  }
}

// Some set what is set already, or what no trap shows before the next one.
TEST_P(Boot, ShowsThatAHypercallIsMissing) {
  for (const uint32_t number : {kNewPgtable, kSetStack, kTs, kLoadIdtEntry}) {
    uint32_t calls = 0;
    Follow(path_, [&](const trace::Event& event) {
      calls += NumberOf(event) == number;
      return true;
    });
    ASSERT_GE(calls, 40u) << number;
    for (const uint32_t first : {0u, calls / 3, calls / 2, calls - 20}) {
      bool shown = false;
      for (uint32_t missing = first; !shown && missing < calls; ++missing) {
        uint32_t call = 0;
        shown = !Follow(path_,
                        [&](const trace::Event& event) {
                          return NumberOf(event) != number || call++ != missing;
                        })
                     .surprises()
                     .empty();
      }
      EXPECT_TRUE(shown) << "hypercall " << number << " from " << first;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Kernels, Boot,
                         ::testing::Values("2.6.24", "2.6.32", "3.12",
                                           "3.12-pae", "3.12-smp"),
                         [](const auto& info) {
                           std::string name = info.param;
                           for (char& c : name) {
                             if (std::isalnum(c) == 0) c = '_';
                           }
                           return name;
                         });

}  // namespace
}  // namespace trapline::traces
