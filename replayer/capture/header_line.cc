// SPDX-License-Identifier: Apache-2.0

#include "replayer/capture/header_line.h"

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "proto/frame.h"

namespace trapline::capture {
namespace {

constexpr uint32_t kTraceFormat = 1;
constexpr uint64_t kCaptureFormat = 1;
constexpr absl::string_view kRecorder = "lguest_capture 1";

// Whether recorders of captures could see the messages of kill_guest.
bool SeesKillMessages(absl::string_view kernel) {
  return absl::StartsWith(kernel, "2.6.");
}

// Takes the fields of one line, and remembers which and what was wrong first.
class Fields {
 public:
  explicit Fields(const Json& line) : line_(line) {}

  const Json* Take(absl::string_view name) {
    taken_.insert(std::string(name));
    return Find(line_, name);
  }

  template <typename T, typename Assign>
  void Require(absl::string_view name, T (*as)(const Json*),
               absl::string_view expected, Assign assign) {
    const Json* value = Take(name);
    if (const T typed = as(value); typed) {
      assign(*typed);
    } else if (status_.ok()) {
      status_ = Unexpected(name, value, expected);
    }
  }

  template <typename T, typename Assign>
  void Accept(absl::string_view name, T (*as)(const Json*),
              absl::string_view expected, Assign assign) {
    if (Find(line_, name) != nullptr) Require(name, as, expected, assign);
  }

  const absl::Status& status() const { return status_; }

  template <typename Visit>
  void ForOthers(Visit visit) const {
    for (const auto& [name, value] : *AsObject(&line_)) {
      if (taken_.count(name) == 0) visit(name, value);
    }
  }

 private:
  const Json& line_;
  std::set<std::string> taken_;
  absl::Status status_;
};

std::optional<int64_t> AsTime(const Json* value) {
  const std::optional<uint64_t> time = AsLongWord(value);
  if (!time || *time > uint64_t{INT64_MAX}) return std::nullopt;
  return static_cast<int64_t>(*time);
}

std::optional<trace::Header::AddressOk> AsAddressOk(const Json* value) {
  const std::string* name = AsString(value);
  if (name != nullptr && *name == "old") return trace::Header::ADDRESS_OK_OLD;
  if (name != nullptr && *name == "new") return trace::Header::ADDRESS_OK_NEW;
  return std::nullopt;
}

// Null, or a word.
std::optional<std::optional<uint32_t>> AsIrqs(const Json* value) {
  if (value != nullptr && value->is_null()) return std::optional<uint32_t>();
  if (const std::optional<uint32_t> irqs = AsWord(value); irqs) return irqs;
  return std::nullopt;
}

}  // namespace

absl::StatusOr<trace::Header> ParseHeader(const Json& line) {
  Fields fields(line);
  const Json* format = fields.Take("lguest_capture");
  if (format == nullptr) {
    return absl::DataLossError(
        "is not the header of a capture, expected an object with the key "
        "\"lguest_capture\"");
  }
  const std::optional<uint64_t> version = AsLongWord(format);
  if (version.value_or(0) > kCaptureFormat) {
    return absl::DataLossError(absl::StrCat("is of capture format ", *version,
                                            "; this trapline reads ",
                                            kCaptureFormat));
  }
  if (version != kCaptureFormat) {
    return Unexpected("lguest_capture", format, absl::StrCat(kCaptureFormat));
  }

  trace::Header header;
  const auto require_text = [&fields](absl::string_view name, auto set) {
    fields.Require(name, AsString, "a string", set);
  };
  header.set_format_version(kTraceFormat);
  require_text("kernel", [&](const auto& v) { header.set_kernel(v); });
  require_text("flavor", [&](const auto& v) { header.set_flavor(v); });
  require_text("cpu", [&](const auto& v) { header.set_cpu(v); });
  fields.Require("smp", AsBool, "true or false",
                 [&](bool v) { header.set_smp(v); });
  fields.Require("pae", AsBool, "true or false",
                 [&](bool v) { header.set_pae(v); });
  fields.Require("address_ok", AsAddressOk, "\"old\" or \"new\"",
                 [&](auto v) { header.set_address_ok(v); });
  fields.Require("switcher_addr", AsWord, kAWord,
                 [&](uint32_t v) { header.set_switcher_addr(v); });
  fields.Require("lguest_irqs", AsIrqs, absl::StrCat(kAWord, ", or null"),
                 [&](std::optional<uint32_t> v) {
                   if (v) header.set_lguest_irqs(*v);
                 });
  require_text("workload", [&](const auto& v) { header.set_workload(v); });
  fields.Require("lost", AsLongWord, kALongWord,
                 [&](uint64_t v) { header.set_lost(v); });

  header.set_recorder(std::string(kRecorder));
  header.set_kill_messages(SeesKillMessages(header.kernel()));
  fields.Accept("trace_format", AsWord,
                absl::StrCat("a version up to ", trace::kVersion),
                [&](uint32_t v) { header.set_format_version(v); });
  fields.Accept("recorder", AsString, "a string",
                [&](const auto& v) { header.set_recorder(v); });
  fields.Accept("kill_messages", AsBool, "true or false",
                [&](bool v) { header.set_kill_messages(v); });
  fields.Accept("host", AsString, "a string",
                [&](const auto& v) { header.set_host(v); });
  fields.Accept("kernel_config", AsString, "a string",
                [&](const auto& v) { header.set_kernel_config(v); });
  fields.Accept("tsc_khz", AsLongWord, kALongWord,
                [&](uint64_t v) { header.set_tsc_khz(v); });
  fields.Accept("recorded_at", AsTime, "seconds since 1970",
                [&](int64_t v) { header.set_recorded_at(v); });
  if (!fields.status().ok()) return fields.status();

  fields.ForOthers([&header](const std::string& name, const Json& value) {
    (*header.mutable_notes())[name] = value.dump();
  });
  return header;
}

std::string HeaderLine(const trace::Header& header) {
  nlohmann::ordered_json line;
  line["lguest_capture"] = kCaptureFormat;
  line["kernel"] = header.kernel();
  line["flavor"] = header.flavor();
  line["cpu"] = header.cpu();
  line["smp"] = header.smp();
  line["pae"] = header.pae();
  line["address_ok"] = nullptr;
  if (header.address_ok() == trace::Header::ADDRESS_OK_OLD) {
    line["address_ok"] = "old";
  } else if (header.address_ok() == trace::Header::ADDRESS_OK_NEW) {
    line["address_ok"] = "new";
  }
  line["switcher_addr"] = header.switcher_addr();
  line["lguest_irqs"] = nullptr;
  if (header.has_lguest_irqs()) line["lguest_irqs"] = header.lguest_irqs();
  line["workload"] = header.workload();
  line["lost"] = header.lost();

  if (header.format_version() > kTraceFormat) {
    line["trace_format"] = header.format_version();
  }
  if (header.recorder() != kRecorder) line["recorder"] = header.recorder();
  if (header.kill_messages() != SeesKillMessages(header.kernel())) {
    line["kill_messages"] = header.kill_messages();
  }
  if (!header.host().empty()) line["host"] = header.host();
  if (!header.kernel_config().empty()) {
    line["kernel_config"] = header.kernel_config();
  }
  if (header.tsc_khz() != 0) line["tsc_khz"] = header.tsc_khz();
  if (header.recorded_at() != 0) line["recorded_at"] = header.recorded_at();

  const std::set<std::string> names = [&header] {
    std::set<std::string> sorted;
    for (const auto& note : header.notes()) sorted.insert(note.first);
    return sorted;
  }();
  for (const std::string& name : names) {
    if (line.contains(name)) continue;
    const std::string& text = header.notes().at(name);
    auto value = nlohmann::ordered_json::parse(text, nullptr, false);
    if (value.is_discarded()) value = text;
    line[name] = std::move(value);
  }
  return line.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace trapline::capture
