// SPDX-License-Identifier: Apache-2.0

#include <cstring>
#include <nlohmann/json.hpp>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "proto/frame.h"
#include "recorder/convert/record_parser.h"

namespace trapline::convert {
namespace {

void SetTraits(uint32_t traits, trace::Header* header) {
  header->set_smp((traits & TRAPLINE_SMP) != 0);
  header->set_pae((traits & TRAPLINE_PAE) != 0);
  header->set_kill_messages((traits & TRAPLINE_KILL_MESSAGES) != 0);
  if ((traits & TRAPLINE_ADDRESS_OK_KNOWN) != 0) {
    header->set_address_ok((traits & TRAPLINE_ADDRESS_OK_NEW) != 0
                               ? trace::Header::ADDRESS_OK_NEW
                               : trace::Header::ADDRESS_OK_OLD);
  }
}

// A line "name value".
void SetLine(absl::string_view line, trace::Header* header) {
  const std::pair<std::string, std::string> parts =
      absl::StrSplit(line, absl::MaxSplits(' ', 1));
  const auto& [name, value] = parts;
  if (name == "flavor") {
    header->set_flavor(value);
  } else if (name == "kernel") {
    header->set_kernel(value);
  } else if (name == "cpu") {
    header->set_cpu(value);
  } else if (name == "host") {
    header->set_host(value);
  } else if (name == "recorder") {
    header->set_recorder(value);
  } else if (name == "config") {
    absl::StrAppend(header->mutable_kernel_config(), value, "\n");
  } else if (name == "parameter") {
    const std::pair<std::string, std::string> parameter =
        absl::StrSplit(value, absl::MaxSplits(' ', 1));
    (*header->mutable_parameters())[parameter.first] = parameter.second;
  } else if (!name.empty()) {
    (*header->mutable_notes())[name] = nlohmann::json(value).dump();
  }
}

}  // namespace

absl::StatusOr<trace::Header> ParseHeaderRecord(absl::string_view bytes) {
  trapline_header raw;
  if (bytes.size() < sizeof(trapline_record) + sizeof raw) {
    return absl::DataLossError("a header that is too short");
  }
  bytes.remove_prefix(sizeof(trapline_record));
  std::memcpy(&raw, bytes.data(), sizeof raw);
  bytes.remove_prefix(sizeof raw);
  if (raw.version != TRAPLINE_RAW_VERSION) {
    return absl::DataLossError(absl::StrCat("records of format ", raw.version,
                                            ", but this trapline reads ",
                                            TRAPLINE_RAW_VERSION));
  }
  if (raw.text_length > bytes.size()) {
    return absl::DataLossError("a header that is too short");
  }
  trace::Header header;
  header.set_format_version(trace::kVersion);
  SetTraits(raw.traits, &header);
  header.set_switcher_addr(raw.switcher_addr);
  header.set_lguest_irqs(raw.lguest_irqs);
  header.set_tsc_khz(raw.tsc_khz);
  header.set_recorded_at(raw.loaded_at);
  header.set_host_cpus(raw.cpus);
  header.set_cr0(raw.cr0);
  header.set_cr4(raw.cr4);
  int features = static_cast<int>(std::size(raw.cpu_features));
  while (features > 0 && raw.cpu_features[features - 1] == 0) --features;
  for (int i = 0; i < features; ++i) {
    header.add_cpu_features(raw.cpu_features[i]);
  }
  for (const absl::string_view line :
       absl::StrSplit(bytes.substr(0, raw.text_length), '\n')) {
    SetLine(AsText(line), &header);
  }
  if (header.flavor().empty() || header.kernel().empty()) {
    return absl::DataLossError("a header without flavor or kernel");
  }
  return header;
}

}  // namespace trapline::convert
