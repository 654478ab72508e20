// SPDX-License-Identifier: Apache-2.0

#include "replayer/testing_traps.h"

#include <random>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "proto/reader.h"

namespace trapline::replay {
namespace {

const uint8_t* Data(absl::string_view bytes) {
  return reinterpret_cast<const uint8_t*>(bytes.data());
}

}  // namespace

std::string TracePath(absl::string_view name) {
  return absl::StrCat("traces/good/", name, ".trace");
}

std::string TestPath(absl::string_view name) {
  return absl::StrCat(::testing::TempDir(), "/", name);
}

std::string BytesOf(const trace::Access& access) {
  return {reinterpret_cast<const char*>(access.data), access.length};
}

absl::string_view Recording::Keep(absl::string_view bytes) {
  return kept.emplace_back(bytes);
}

void Recording::Add(const trace::Trap& trap) {
  traps.push_back(trap);
  for (trace::Access& access : traps.back().accesses) {
    access.data = Data(Keep(BytesOf(access)));
  }
  for (trace::Call& call : traps.back().calls) {
    call.message = Keep(call.message);
  }
  traps.back().insn = Keep(trap.insn);
}

void Load(absl::string_view name,
          const std::function<bool(const trace::Trap&)>& wanted,
          Recording* recording) {
  auto reader = trace::Reader::Open(TracePath(name));
  ASSERT_TRUE(reader.ok()) << reader.status();
  recording->header = (*reader)->header();
  auto setting = MakeSetting(recording->header, "");
  ASSERT_TRUE(setting.ok()) << setting.status();
  recording->setting = *std::move(setting);
  trace::BlockDecoder decoder;
  while (true) {
    auto block = (*reader)->Next();
    ASSERT_TRUE(block.ok()) << block.status();
    if (!block->has_value()) return;
    const absl::Status status = decoder.Start(**block, trace::kEverything);
    ASSERT_TRUE(status.ok()) << status;
    auto event = decoder.events().begin();
    const auto add_events = [&](uint32_t traps) {
      for (; event != decoder.events().end() && event->traps() <= traps;
           ++event) {
        recording->events.push_back(*event);
        recording->events.back().set_traps(
            static_cast<uint32_t>(recording->traps.size()));
      }
    };
    trace::Trap trap;
    for (uint32_t i = 0; decoder.Next(&trap); ++i) {
      add_events(i);
      if (wanted(trap)) recording->Add(trap);
    }
    add_events(UINT32_MAX);
    ASSERT_TRUE(decoder.status().ok()) << decoder.status();
  }
}

std::string Shape(const trace::Trap& trap) {
  const auto& index = model::kStateIndex;
  const uint32_t trapnum = trap.before[index.trapnum];
  std::string shape =
      absl::StrCat("trap ", trapnum, " ring ", trap.before[index.cs] & 3,
                   trap.present >> index.ld_irq_enabled & 1 ? "" : " early",
                   trap.before[index.dead] != 0 ? " dead" : "",
                   trap.before[index.linear_pages] != 0 ? " linear" : "");
  if (trapnum == 14) {
    absl::StrAppend(&shape, " errcode ", trap.before[index.errcode]);
  }
  for (const trace::Access& access : trap.accesses) {
    absl::StrAppend(&shape, access.write ? " w" : " r", access.length);
    if (access.length == 1) absl::StrAppend(&shape, "=", access.data[0]);
  }
  for (const trace::Call& call : trap.calls) {
    absl::StrAppend(&shape, " call ", static_cast<int>(call.kind), "=",
                    call.returned);
  }
  for (size_t i = 0; i < trap.before.size(); ++i) {
    if (static_cast<int>(i) == index.irqs_pending) continue;
    if (trap.before[i] != trap.after[i]) absl::StrAppend(&shape, " ", i);
  }
  return shape;
}

void LoadShapes(absl::string_view name, uint32_t sample, Recording* recording) {
  std::set<std::string> shapes;
  std::mt19937 random(1);
  const uint32_t one_in = 60000 / sample;
  Load(
      name,
      [&](const trace::Trap& trap) {
        const bool is_new = shapes.insert(Shape(trap)).second;
        return random() % one_in == 0 || is_new;
      },
      recording);
  EXPECT_FALSE(shapes.empty());
}

void WriteTrace(const std::string& path, const trace::Header& header,
                const std::vector<trace::Trap>& traps,
                const std::vector<trace::Event>& events,
                const trace::WriterOptions& options) {
  auto writer = trace::Writer::Create(path, header, options);
  ASSERT_TRUE(writer.ok()) << writer.status();
  auto event = events.begin();
  for (size_t i = 0; i <= traps.size(); ++i) {
    for (; event != events.end() && event->traps() <= i; ++event) {
      const absl::Status status = (*writer)->Add(*event);
      ASSERT_TRUE(status.ok()) << status;
    }
    if (i == traps.size()) break;
    const absl::Status status = (*writer)->Add(traps[i]);
    ASSERT_TRUE(status.ok()) << status;
  }
  const absl::Status status = (*writer)->Close();
  ASSERT_TRUE(status.ok()) << status;
}

}  // namespace trapline::replay
