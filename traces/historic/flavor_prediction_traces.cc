// SPDX-License-Identifier: Apache-2.0

#include "traces/historic/flavor_prediction_traces.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <system_error>
#include <utility>

#include "gtest/gtest.h"
#include "model/flavor.h"
#include "proto/reader.h"
#include "replayer/replay.h"

namespace trapline::traces {

namespace {

bool HasPae(const std::string& path) {
  const auto reader = trace::Reader::Open(path);
  return reader.ok() && (*reader)->header().pae();
}

}  // namespace

std::vector<std::string> TracePaths() {
  std::vector<std::string> paths;
  for (const char* folder : {"traces/good", "traces/historic"}) {
    std::error_code error;
    for (const auto& entry :
         std::filesystem::directory_iterator(folder, error)) {
      if (entry.path().extension() == ".trace") {
        paths.push_back(entry.path().string());
      }
    }
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

std::vector<std::string> FlavorNames(const std::string& path) {
  std::vector<std::string> names;
  const bool pae = HasPae(path);
  for (const model::Flavor& flavor : model::kFlavors) {
    if (flavor.has_pae || !pae) names.emplace_back(flavor.name);
  }
  return names;
}

std::string TestName(const std::string& path) {
  std::string name;
  bool begins_word = true;
  for (const char c : std::filesystem::path(path).stem().string()) {
    if (c == '-') {
      begins_word = true;
      continue;
    }
    const char letter = c == '.' ? '_' : c;
    name += static_cast<char>(begins_word ? std::toupper(letter) : letter);
    begins_word = false;
  }
  return name;
}

void ForEachTrap(const std::string& path, const Visitor& visit) {
  auto reader = trace::Reader::Open(path);
  ASSERT_TRUE(reader.ok()) << reader.status();
  trace::BlockDecoder decoder;
  while (true) {
    auto block = (*reader)->Next();
    ASSERT_TRUE(block.ok()) << block.status();
    if (!block->has_value()) return;
    const absl::Status status = decoder.Start(**block, trace::kReplayColumns);
    ASSERT_TRUE(status.ok()) << status;
    trace::Trap trap;
    while (decoder.Next(&trap)) visit((*reader)->header(), trap);
    ASSERT_TRUE(decoder.status().ok()) << decoder.status();
  }
}

std::map<uint64_t, replay::Divergence> Diverging(const std::string& path,
                                                 const std::string& flavor) {
  replay::ReplayOptions options;
  options.flavor = flavor;
  options.max_divergences = SIZE_MAX;
  std::map<uint64_t, replay::Divergence> diverging;
  for (replay::FileResult& file : replay::Replay({path}, options)) {
    EXPECT_TRUE(file.status.ok()) << file.status;
    for (replay::Divergence& divergence : file.divergences) {
      diverging[divergence.trap] = std::move(divergence);
    }
    EXPECT_EQ(diverging.size(), file.diverged);
  }
  return diverging;
}

std::vector<std::string> Fields(
    const std::vector<replay::Difference>& differences) {
  std::vector<std::string> fields;
  fields.reserve(differences.size());
  for (const replay::Difference& difference : differences) {
    fields.push_back(difference.field);
  }
  return fields;
}

}  // namespace trapline::traces
