// SPDX-License-Identifier: Apache-2.0

#include "replayer/seeds/export_corpus.h"

#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "properties/coverage/feasible_paths.h"
#include "proto/reader.h"
#include "replayer/seeds/seeds.h"
#include "replayer/verdict.h"

namespace trapline::replay {
namespace {

namespace fs = std::filesystem;

// Seeds by the names of their files.
using Files = std::map<std::string, std::string>;

void AddFiles(const std::string& kind, const Seeds& seeds, Files* files) {
  for (const auto& [path, seed] : seeds) {
    const std::string name = absl::StrReplaceAll(absl::StrCat(kind, ".", path),
                                                 {{", ", "."}, {" ", "-"}});
    files->emplace(name, seed);
  }
}

absl::Status AddTraps(const std::string& trace, uint64_t begin, uint64_t end,
                      trace::Reader& reader, SeedMaker* maker) {
  trace::BlockDecoder decoder;
  while (true) {
    absl::StatusOr<std::optional<trace::RawBlock>> block = reader.Next();
    if (!block.ok()) return block.status();
    if (!block->has_value()) return absl::OkStatus();
    if ((*block)->block.first_trap() >= end) continue;
    const absl::Status status = decoder.Start(**block, trace::kCode);
    if (!status.ok()) return InFile(trace, status);
    trace::Trap trap;
    while (decoder.Next(&trap)) {
      if (trap.number >= begin && trap.number < end) maker->Add(trap);
    }
    if (!decoder.status().ok()) return InFile(trace, decoder.status());
  }
}

absl::Status Write(const fs::path& folder, const Files& files) {
  std::error_code error;
  fs::create_directories(folder, error);
  for (const auto& [name, seed] : files) {
    std::ofstream file(folder / name, std::ios::binary);
    file << seed;
    file.close();
    if (!file) {
      return absl::PermissionDeniedError(
          absl::StrCat("'", (folder / name).string(), "' cannot be written"));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<CorpusCounts> ExportCorpus(
    const std::vector<std::string>& traces, const std::string& folder,
    uint64_t begin, uint64_t end) {
  Files handle_trap, emulate_insn;
  CorpusCounts counts;
  for (const std::string& trace : traces) {
    absl::StatusOr<std::unique_ptr<trace::Reader>> reader =
        trace::Reader::Open(trace);
    if (!reader.ok()) return reader.status();
    absl::StatusOr<Setting> setting = MakeSetting((*reader)->header(), "");
    if (!setting.ok()) return InFile(trace, setting.status());
    SeedMaker maker(*setting);
    absl::Status status = AddTraps(trace, begin, end, **reader, &maker);
    if (!status.ok()) return status;
    const properties::HostKind kind = {&setting->host.flavor,
                                       setting->host.pae};
    AddFiles(kind.Name(), maker.handle_trap(), &handle_trap);
    AddFiles(kind.Name(), maker.emulate_insn(), &emulate_insn);
    counts.without.insert(maker.without().begin(), maker.without().end());
  }
  counts.handle_trap = handle_trap.size();
  counts.emulate_insn = emulate_insn.size();
  for (const auto& [name, files] : {std::pair{"handle_trap", &handle_trap},
                                    std::pair{"emulate_insn", &emulate_insn}}) {
    absl::Status status = Write(fs::path(folder) / name, *files);
    if (!status.ok()) return status;
  }
  return counts;
}

}  // namespace trapline::replay
