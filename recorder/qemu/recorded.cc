// SPDX-License-Identifier: Apache-2.0

#include <utility>

#include "gtest/gtest.h"
#include "proto/reader.h"
#include "proto/testing_records.h"
#include "proto/words.h"
#include "recorder/qemu/expected.h"

namespace trapline::qemu {

using trace::Event;
using trace::Trap;
using trace::Words;

namespace {

constexpr int kLguestData = Words::kLguestDataFieldNumber - 1;
constexpr int kGuest = Words::kGuestFieldNumber - 1;
constexpr int kHostCpu = Words::kHostCpuFieldNumber - 1;

}  // namespace

Line LineOf(Trap trap) {
  const uint32_t guest = trap.before[kGuest];
  trap.number = trap.seq = trap.tsc = trap.cycles = 0;
  for (trace::WordArray* words : {&trap.before, &trap.after}) {
    (*words)[kGuest] = (*words)[kHostCpu] = 0;
    (*words)[kLguestData] = (*words)[kLguestData] != 0;
  }
  return {trace::Describe(trap), 0, guest};
}

Line LineOf(Event event) {
  if (event.has_loss()) return {"", event.loss().records(), 0};
  const uint32_t guest = event.guest();
  event.clear_guest();
  event.clear_tsc();
  event.clear_host_cpu();
  event.clear_traps();
  if (event.has_start()) event.mutable_start()->clear_mem_base();
  if (event.has_interrupt()) {
    event.mutable_interrupt()->clear_cycles();
    for (uint32_t& word :
         *event.mutable_interrupt()->mutable_before()->mutable_lguest_data()) {
      word = word != 0;
    }
  }
  return {trace::Describe(event), 0, guest};
}

std::vector<Line> Recorded(const std::string& trace) {
  std::vector<Line> lines;
  auto reader = trace::Reader::Open(trace);
  EXPECT_EQ(reader.status(), absl::OkStatus());
  if (!reader.ok()) return lines;
  trace::BlockDecoder decoder;
  for (;;) {
    const auto block = (*reader)->Next();
    EXPECT_EQ(block.status(), absl::OkStatus());
    if (!block.ok() || !block->has_value()) return lines;
    EXPECT_EQ(decoder.Start(**block, trace::kEverything), absl::OkStatus());
    size_t next = 0;
    const auto add_events = [&](uint64_t traps) {
      for (; next < decoder.events().size() &&
             decoder.events()[next].traps() <= traps;
           ++next) {
        lines.push_back(LineOf(decoder.events()[next]));
      }
    };
    Trap trap;
    for (uint64_t i = 0; decoder.Next(&trap); ++i) {
      add_events(i);
      lines.push_back(LineOf(trap));
    }
    add_events(UINT64_MAX);
  }
}

}  // namespace trapline::qemu
