// SPDX-License-Identifier: Apache-2.0

#include "replayer/replay.h"

#include <algorithm>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "proto/reader.h"
#include "replayer/replay_block.h"
#include "replayer/replay_trap.h"

namespace trapline::replay {
namespace {

constexpr size_t kMaxGaps = 100;  // kept for each trace; all are counted

// A block and the trace it is of.
struct Task {
  std::shared_ptr<const Setting> setting;
  FileResult* file;
  trace::RawBlock block;
  uint64_t next_trap;  // one more than the last trap of the blocks before
};

// Blocks on their way to the threads, a few for each so that memory does not
// grow with the trace.
class TaskQueue {
 public:
  explicit TaskQueue(size_t limit) : limit_(limit) {}

  void Push(Task task) {
    absl::MutexLock lock(&mutex_);
    mutex_.Await(absl::Condition(this, &TaskQueue::HasRoom));
    tasks_.push_back(std::move(task));
  }
  void Close() {
    absl::MutexLock lock(&mutex_);
    closed_ = true;
  }
  // nullopt after Close, when all are taken.
  std::optional<Task> Pop() {
    absl::MutexLock lock(&mutex_);
    mutex_.Await(absl::Condition(this, &TaskQueue::HasNews));
    if (tasks_.empty()) return std::nullopt;
    Task task = std::move(tasks_.front());
    tasks_.pop_front();
    return task;
  }

 private:
  bool HasRoom() const { return tasks_.size() < limit_; }
  bool HasNews() const { return !tasks_.empty() || closed_; }

  const size_t limit_;
  absl::Mutex mutex_;
  std::deque<Task> tasks_;
  bool closed_ = false;
};

// Forgets what was lost before the range's first trap or after its last.
void DropOutOfRange(const ReplayOptions& options, FileResult* part) {
  const auto outside = [&options](const Gap& gap) {
    return (options.begin != 0 && gap.trap <= options.begin) ||
           (options.end != UINT64_MAX && gap.trap >= options.end);
  };
  for (const Gap& gap : part->gaps) {
    if (outside(gap)) part->lost -= gap.records;
  }
  part->gaps.erase(
      std::remove_if(part->gaps.begin(), part->gaps.end(), outside),
      part->gaps.end());
}

// Blocks come back in any order.
void Merge(FileResult part, uint64_t ordinal, const ReplayOptions& options,
           FileResult* file) {
  if (!part.status.ok() && ordinal < file->bad_block) {
    file->status = part.status;
    file->bad_block = ordinal;
  }
  file->blocks += part.blocks;
  file->traps += part.traps;
  file->events += part.events;
  file->lost += part.lost;
  file->diverged += part.diverged;
  if (part.clauses) {
    if (!file->clauses) file->clauses.emplace();
    file->clauses->Add(*part.clauses);
  }
  for (const auto& [field, count] : part.by_field) {
    file->by_field[field] += count;
  }
  const auto merge = [](auto& all, auto& more, size_t limit) {
    all.insert(all.end(), std::make_move_iterator(more.begin()),
               std::make_move_iterator(more.end()));
    std::sort(all.begin(), all.end(),
              [](const auto& a, const auto& b) { return a.trap < b.trap; });
    if (all.size() > limit) all.resize(limit);
  };
  merge(file->divergences, part.divergences, options.max_divergences);
  merge(file->gaps, part.gaps, kMaxGaps);
}

// Reads the traces one after the other and has their blocks replayed.
class Replayer {
 public:
  Replayer(const ReplayOptions& options, size_t files)
      : options_(options),
        threads_(options.stop_first || options.jobs <= 1 ? 0 : options.jobs),
        queue_(2 * options.jobs + 1) {
    results_.reserve(files);  // tasks point into it
  }

  std::vector<FileResult> Run(const std::vector<std::string>& paths) {
    std::vector<std::thread> workers;
    for (int i = 0; i < threads_; ++i) workers.emplace_back([this] { Work(); });
    for (const std::string& path : paths) {
      results_.emplace_back();
      FileResult& file = results_.back();
      file.path = path;
      const absl::Status status = Read(&file);
      absl::MutexLock lock(&mutex_);
      if (file.status.ok()) file.status = status;
      if (options_.stop_first && file.diverged != 0) break;
    }
    queue_.Close();
    for (std::thread& worker : workers) worker.join();
    for (FileResult& file : results_) Finish(&file);
    return std::move(results_);
  }

 private:
  absl::Status Read(FileResult* file) {
    absl::StatusOr<std::unique_ptr<trace::Reader>> opened =
        trace::Reader::Open(file->path);
    if (!opened.ok()) return opened.status();
    trace::Reader& reader = **opened;
    file->header = reader.header();
    file->lost = reader.header().lost();
    absl::StatusOr<Setting> setting =
        MakeSetting(reader.header(), options_.flavor);
    if (!setting.ok()) return InFile(file->path, setting.status());
    file->flavor = std::string(setting->host.flavor.name);
    auto shared = std::make_shared<const Setting>(*std::move(setting));
    uint64_t next_trap = 0;
    while (true) {
      absl::StatusOr<std::optional<trace::RawBlock>> block = reader.Next();
      if (!block.ok()) return block.status();
      if (!block->has_value()) return absl::OkStatus();
      Report(reader);
      const uint64_t before = next_trap;
      if (const trace::Block& b = (*block)->block; b.traps() != 0) {
        next_trap = b.first_trap() + b.traps();
      }
      if ((*block)->block.first_trap() >= options_.end) continue;
      if ((*block)->ordinal % options_.shards != options_.shard) continue;
      Task task{shared, file, **std::move(block), before};
      if (threads_ == 0) {
        Replay(task, &replayer_);
        if (options_.stop_first && file->diverged != 0) return file->status;
      } else {
        queue_.Push(std::move(task));
      }
    }
  }

  void Work() {
    BlockReplayer replayer;
    while (std::optional<Task> task = queue_.Pop()) Replay(*task, &replayer);
  }

  void Replay(const Task& task, BlockReplayer* replayer) {
    FileResult part = replayer->Replay(task.block, *task.setting, options_);
    part.status = InFile(task.file->path, part.status);
    // Of a block that is all loss: its traps would have had these numbers.
    if (task.block.block.traps() == 0) {
      for (Gap& gap : part.gaps) gap.trap = task.next_trap;
    }
    DropOutOfRange(options_, &part);
    absl::MutexLock lock(&mutex_);
    traps_ += part.traps;
    Merge(std::move(part), task.block.ordinal, options_, task.file);
  }

  void Report(const trace::Reader& reader) {
    if (!options_.progress) return;
    absl::MutexLock lock(&mutex_);
    options_.progress(reader.position(), reader.size(), traps_);
  }

  void Finish(FileResult* file) const {
    if (!file->status.ok() || file->traps != 0 || options_.shards != 1) return;
    const bool all = options_.begin == 0 && options_.end == UINT64_MAX;
    file->status = absl::DataLossError(
        absl::StrCat(file->path, ": holds no trap", all ? "" : " of the range",
                     ", so there is nothing to verify"));
  }

  const ReplayOptions& options_;
  const int threads_;
  TaskQueue queue_;
  BlockReplayer replayer_;  // of this thread
  absl::Mutex mutex_;       // of the results
  std::vector<FileResult> results_;
  uint64_t traps_ = 0;
};

}  // namespace

std::vector<FileResult> Replay(const std::vector<std::string>& paths,
                               const ReplayOptions& options) {
  return Replayer(options, paths.size()).Run(paths);
}

}  // namespace trapline::replay
