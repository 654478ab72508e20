// SPDX-License-Identifier: Apache-2.0

// The verb `diff`.

#include <cinttypes>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "google/protobuf/util/message_differencer.h"
#include "proto/reader.h"
#include "proto/words.h"
#include "replayer/command/verbs.h"
#include "replayer/log_text.h"
#include "replayer/verdict.h"

namespace trapline::command {
namespace {

constexpr uint64_t kMostShown = 20;

// The traps of a trace, one after the other.
class TrapStream {
 public:
  static absl::StatusOr<TrapStream> Open(const std::string& path) {
    absl::StatusOr<std::unique_ptr<trace::Reader>> reader =
        trace::Reader::Open(path);
    if (!reader.ok()) return reader.status();
    return TrapStream(path, *std::move(reader));
  }

  const trace::Header& header() const { return reader_->header(); }

  // The next trap, null at the end. It lives until the next call.
  absl::StatusOr<const trace::Trap*> Next() {
    while (block_ == nullptr || !decoder_->Next(trap_.get())) {
      if (block_ != nullptr && !decoder_->status().ok()) {
        return replay::InFile(path_, decoder_->status());
      }
      absl::StatusOr<std::optional<trace::RawBlock>> block = reader_->Next();
      if (!block.ok()) return block.status();
      if (!block->has_value()) return nullptr;
      block_ = std::make_unique<trace::RawBlock>(**std::move(block));
      trap_ = std::make_unique<trace::Trap>();
      absl::Status status = decoder_->Start(*block_, trace::kEverything);
      if (!status.ok()) return replay::InFile(path_, status);
    }
    return trap_.get();
  }

 private:
  TrapStream(std::string path, std::unique_ptr<trace::Reader> reader)
      : path_(std::move(path)),
        reader_(std::move(reader)),
        decoder_(std::make_unique<trace::BlockDecoder>()) {}

  std::string path_;
  std::unique_ptr<trace::Reader> reader_;
  std::unique_ptr<trace::BlockDecoder> decoder_;
  std::unique_ptr<trace::RawBlock> block_;
  std::unique_ptr<trace::Trap> trap_;
};

struct Row {
  std::string field, a, b;
};

std::string Text(const trace::Access& access) {
  return replay::AccessText(access);
}
std::string Text(const trace::Call& call) { return replay::CallText(call); }

template <class List>
void AddList(const char* name, const List& a, const List& b,
             std::vector<Row>* rows) {
  for (size_t i = 0; i < std::max(a.size(), b.size()); ++i) {
    const std::string left = i < a.size() ? Text(a[i]) : "-";
    const std::string right = i < b.size() ? Text(b[i]) : "-";
    if (left != right) {
      rows->push_back({absl::StrCat(name, "[", i, "]"), left, right});
    }
  }
}

void AddWords(const char* name, const trace::WordArray& a,
              const trace::WordArray& b, std::vector<Row>* rows) {
  for (int i = 0; i < trace::kWordCount; ++i) {
    if (a[i] == b[i]) continue;
    rows->push_back({absl::StrCat(name, ".", std::string(trace::WordName(i))),
                     absl::StrFormat("%08x", a[i]),
                     absl::StrFormat("%08x", b[i])});
  }
}

// `times`: when the traps happened counts too.
std::vector<Row> Compare(const trace::Trap& a, const trace::Trap& b,
                         bool times) {
  std::vector<Row> rows;
  const auto add = [&](const char* name, const std::string& x,
                       const std::string& y) {
    if (x != y) rows.push_back({name, x, y});
  };
  add("present", absl::StrCat(absl::Hex(a.present)),
      absl::StrCat(absl::Hex(b.present)));
  AddWords("pre", a.before, b.before, &rows);
  add("insn", absl::BytesToHexString(a.insn), absl::BytesToHexString(b.insn));
  add("insn_pa", a.insn_pa ? absl::StrCat(absl::Hex(*a.insn_pa)) : "-",
      b.insn_pa ? absl::StrCat(absl::Hex(*b.insn_pa)) : "-");
  add("gate", absl::StrFormat("%08x %08x", a.gate_lo, a.gate_hi),
      absl::StrFormat("%08x %08x", b.gate_lo, b.gate_hi));
  AddList("mem", a.accesses, b.accesses, &rows);
  AddList("calls", a.calls, b.calls, &rows);
  add("returned", absl::StrCat(a.returned), absl::StrCat(b.returned));
  AddWords("post", a.after, b.after, &rows);
  if (times) {
    add("tsc", absl::StrCat(a.tsc), absl::StrCat(b.tsc));
    add("cycles", absl::StrCat(a.cycles), absl::StrCat(b.cycles));
  }
  return rows;
}

struct DiffCounts {
  uint64_t common = 0, differing = 0, only_a = 0, only_b = 0;
  bool Same() const { return differing + only_a + only_b == 0; }
};

// Traps are paired by their numbers.
absl::Status CompareAll(TrapStream& a, TrapStream& b, bool times,
                        DiffCounts* counts) {
  absl::StatusOr<const trace::Trap*> x = a.Next(), y = b.Next();
  while (true) {
    if (!x.ok()) return x.status();
    if (!y.ok()) return y.status();
    if (*x == nullptr && *y == nullptr) return absl::OkStatus();
    if (*y == nullptr || (*x != nullptr && (*x)->number < (*y)->number)) {
      ++counts->only_a;
      x = a.Next();
      continue;
    }
    if (*x == nullptr || (*y)->number < (*x)->number) {
      ++counts->only_b;
      y = b.Next();
      continue;
    }
    ++counts->common;
    const std::vector<Row> rows = Compare(**x, **y, times);
    if (!rows.empty() && ++counts->differing <= kMostShown) {
      std::printf("trap %" PRIu64 "\n", (*x)->number);
      for (const Row& row : rows) {
        std::printf("  %-20s  %s | %s\n", row.field.c_str(), row.a.c_str(),
                    row.b.c_str());
      }
    }
    x = a.Next();
    y = b.Next();
  }
}

int RunDiff(const Arguments& arguments) {
  absl::StatusOr<TrapStream> a = TrapStream::Open(arguments.positional()[0]);
  if (!a.ok()) return Fail(a.status());
  absl::StatusOr<TrapStream> b = TrapStream::Open(arguments.positional()[1]);
  if (!b.ok()) return Fail(b.status());
  std::string headers;
  google::protobuf::util::MessageDifferencer differencer;
  differencer.ReportDifferencesToString(&headers);
  const bool same_header = differencer.Compare(a->header(), b->header());
  if (!same_header) std::printf("header\n%s", headers.c_str());

  DiffCounts counts;
  const absl::Status status =
      CompareAll(*a, *b, arguments.Has("times"), &counts);
  if (!status.ok()) return Fail(status);
  std::printf("%" PRIu64 " traps in both, %" PRIu64 " of them differ; %" PRIu64
              " only in the first, %" PRIu64 " only in the second\n",
              counts.common, counts.differing, counts.only_a, counts.only_b);
  return same_header && counts.Same() ? 0 : 1;
}

}  // namespace

Verb DiffVerb() {
  return {"diff",
          "A B",
          "Compares the headers and the traps of two traces, by trap number",
          "tools/trapline diff monday.trace tuesday.trace",
          {{"times", "", "when the traps happened counts too"}},
          2,
          2,
          RunDiff};
}

}  // namespace trapline::command
