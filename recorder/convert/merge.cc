// SPDX-License-Identifier: Apache-2.0

#include "recorder/convert/merge.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"

namespace trapline::convert {
namespace {

// All but what differs between two readings of one recording's header: when it
// was read, and the address of the switcher, which may be known late.
std::string Fixed(std::string header) {
  const trapline_record head = {};
  const trapline_header known = {};
  if (header.size() < sizeof head + sizeof known) return header;
  header.replace(offsetof(trapline_record, tsc), sizeof head.tsc,
                 sizeof head.tsc, '\0');
  header.replace(sizeof head + offsetof(trapline_header, switcher_addr),
                 sizeof known.switcher_addr, sizeof known.switcher_addr, '\0');
  return header;
}

bool KnowsSwitcher(const std::string& header) {
  trapline_header raw;
  if (header.size() < sizeof(trapline_record) + sizeof raw) return false;
  std::memcpy(&raw, header.data() + sizeof(trapline_record), sizeof raw);
  return raw.switcher_addr != 0;
}

}  // namespace

absl::StatusOr<Merge> Merge::Open(const std::vector<std::string>& paths,
                                  bool recover) {
  Merge merge;
  for (const std::string& path : paths) {
    auto file = RawFile::Open(path, recover);
    if (!file.ok()) return file.status();
    merge.sources_.push_back({*std::move(file), std::nullopt});
    const std::string& header = merge.sources_.back().file->header();
    if (merge.sources_.size() == 1) merge.header_ = header;
    if (Fixed(header) != Fixed(merge.header_)) {
      return absl::DataLossError(
          absl::StrCat(path, ": of another recording than ", paths[0],
                       "; convert the files of one load of the module"));
    }
    if (!KnowsSwitcher(merge.header_)) merge.header_ = header;
  }
  for (size_t i = 0; i < merge.sources_.size(); ++i) {
    absl::Status status = merge.Advance(i);
    if (!status.ok()) return status;
  }
  return merge;
}

absl::Status Merge::Advance(size_t source) {
  auto record = sources_[source].file->Next();
  if (!record.ok()) return record.status();
  sources_[source].next = *record;
  if (!record->has_value()) return absl::OkStatus();
  heap_.push_back(source);
  std::push_heap(heap_.begin(), heap_.end(), [this](size_t a, size_t b) {
    return sources_[a].next->head.seq > sources_[b].next->head.seq;
  });
  return absl::OkStatus();
}

absl::StatusOr<std::optional<RawRecord>> Merge::Next() {
  const uint64_t seq = begun_ ? sources_[current_].next->head.seq : 0;
  const size_t before = current_;
  if (begun_) {
    absl::Status status = Advance(current_);
    if (!status.ok()) return status;
  }
  if (heap_.empty()) {
    begun_ = false;
    return std::nullopt;
  }
  std::pop_heap(heap_.begin(), heap_.end(), [this](size_t a, size_t b) {
    return sources_[a].next->head.seq > sources_[b].next->head.seq;
  });
  current_ = heap_.back();
  heap_.pop_back();
  if (begun_ && sources_[current_].next->head.seq == seq) {
    return file().Wrong(
        absl::StrCat("is in ", sources_[before].file->path(), " too"));
  }
  begun_ = true;
  return sources_[current_].next;
}

std::optional<RawLast> Merge::last() const {
  std::optional<RawLast> latest;
  for (const Source& source : sources_) {
    const std::optional<RawLast>& last = source.file->last();
    if (last && (!latest || last->totals.seq > latest->totals.seq)) {
      latest = last;
    }
  }
  return latest;
}

std::vector<std::string> Merge::account() const {
  std::vector<std::string> all;
  for (const Source& source : sources_) {
    const std::vector<std::string>& one = source.file->account();
    all.insert(all.end(), one.begin(), one.end());
  }
  return all;
}

}  // namespace trapline::convert
