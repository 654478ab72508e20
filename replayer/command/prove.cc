// SPDX-License-Identifier: Apache-2.0

// The verb `prove`.

#include "properties/prove.h"

#include <fnmatch.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "properties/clause.h"
#include "properties/engines/show_guest.h"
#include "replayer/command/verbs.h"
#include "replayer/prove/findings.h"
#include "replayer/prove/prove_hosts.h"
#include "replayer/prove/report.h"
#include "replayer/prove/shrink_witness.h"
#include "replayer/prove/smt2_file.h"
#include "replayer/prove/witnesses.h"

namespace trapline::command {
namespace {

using properties::Clause;
using properties::Deviation;

// What the arguments ask for.
struct Task {
  std::vector<model::Host> hosts;
  std::vector<Clause> clauses;
  std::vector<Deviation> deviations;
  replay::HostsOptions options;
  std::string smt2_folder;
  std::string witness_folder;
};

absl::Status ChooseHosts(const Arguments& arguments, Task* task) {
  const std::string name = arguments.Get("flavor");
  if (arguments.Has("flavor") && model::FindFlavor(name) == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat("--flavor takes F2 to F10, not '", name, "'"));
  }
  for (const model::Flavor& flavor : model::kFlavors) {
    if (!name.empty() && flavor.name != name) continue;
    for (const model::Host& host : properties::HostsOf(flavor)) {
      task->hosts.push_back(host);
    }
  }
  return absl::OkStatus();
}

absl::Status ChooseClauses(const Arguments& arguments, Task* task) {
  const std::string glob = arguments.Has("only") ? arguments.Get("only") : "*";
  const auto chosen = [&](std::string_view id) {
    return fnmatch(glob.c_str(), std::string(id).c_str(), 0) == 0;
  };
  for (const Clause& clause : properties::Clauses()) {
    if (chosen(clause.id)) task->clauses.push_back(clause);
  }
  for (const Deviation& deviation : properties::Deviations()) {
    if (chosen(deviation.clause)) task->deviations.push_back(deviation);
  }
  if (!task->clauses.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "--only: no clause is called '", glob, "'; see 'trapline prove --list'"));
}

absl::Status ChooseLimits(const Arguments& arguments, Task* task) {
  auto& limits = task->options.prove.limits;
  absl::StatusOr<uint64_t> timeout = arguments.GetNumber(
      "timeout", limits.milliseconds / 1000, 1, 24 * 60 * 60);
  if (!timeout.ok()) return timeout.status();
  limits.milliseconds = static_cast<unsigned>(*timeout * 1000);
  const uint64_t cores = std::max(1u, std::thread::hardware_concurrency());
  absl::StatusOr<uint64_t> jobs = arguments.GetNumber("jobs", cores, 1);
  if (!jobs.ok()) return jobs.status();
  task->options.jobs = static_cast<int>(std::min<uint64_t>(*jobs, 1024));
  return absl::OkStatus();
}

// The folder that option `name` names, made where it is not there.
absl::Status ChooseFolder(const Arguments& arguments, const std::string& name,
                          std::string* folder) {
  *folder = arguments.Get(name);
  if (!arguments.Has(name)) return absl::OkStatus();
  std::error_code error;
  std::filesystem::create_directories(*folder, error);
  if (std::filesystem::is_directory(*folder, error)) return absl::OkStatus();
  return absl::PermissionDeniedError(
      absl::StrCat("--", name, ": the folder '", *folder,
                   "' is not there and cannot be made"));
}

absl::StatusOr<Task> MakeTask(const Arguments& arguments) {
  Task task;
  for (const absl::Status& status :
       {ChooseHosts(arguments, &task), ChooseClauses(arguments, &task),
        ChooseLimits(arguments, &task)}) {
    if (!status.ok()) return status;
  }
  for (const absl::Status& status :
       {ChooseFolder(arguments, "smt2-dir", &task.smt2_folder),
        ChooseFolder(arguments, "witnesses", &task.witness_folder)}) {
    if (!status.ok()) return status;
  }
  if (isatty(STDERR_FILENO)) {
    task.options.progress = [](size_t done, size_t total) {
      std::fprintf(stderr, "\r%zu of %zu hosts ", done, total);
    };
  }
  return task;
}

// A trace for each host, with a trap for each path.
int WriteWitnesses(const Task& task) {
  size_t traps = 0;
  for (const model::Host& host : task.hosts) {
    const auto witnesses =
        replay::PathWitnesses(host, task.options.prove.limits);
    if (!witnesses.ok()) {
      return FailUse(absl::StrCat("--witnesses: ",
                                  std::string(witnesses.status().message())));
    }
    const std::string path = absl::StrCat(task.witness_folder, "/",
                                          properties::HostName(host), ".trace");
    const absl::Status status = replay::WriteWitnesses(
        path, host, "every path of the handler", *witnesses);
    if (!status.ok()) return Fail(status);
    traps += witnesses->size();
  }
  std::fprintf(stderr, "%zu traps in %zu traces, one for each path, in %s\n",
               traps, task.hosts.size(), task.witness_folder.c_str());
  return kOk;
}

int RunProve(const Arguments& arguments) {
  absl::StatusOr<Task> task = MakeTask(arguments);
  if (!task.ok()) return Fail(task.status());
  if (arguments.Has("list")) {
    std::fputs(replay::ClauseList(task->clauses, task->deviations).c_str(),
               stdout);
    return kOk;
  }
  std::map<std::string, replay::Smt2File> scripts;
  if (!task->smt2_folder.empty()) {
    for (const model::Host& host : task->hosts) {
      const std::string name = replay::Smt2Name(host);
      scripts.try_emplace(name, absl::StrCat(task->smt2_folder, "/", name),
                          host);
    }
    task->options.observer = [&scripts](const model::Host& host) {
      replay::Smt2File* script = &scripts.at(replay::Smt2Name(host));
      return [script](const properties::Query& query) { script->Add(query); };
    };
  }
  const auto start = std::chrono::steady_clock::now();
  std::vector<properties::HostProof> proofs = replay::ProveHosts(
      task->hosts, task->clauses, task->deviations, task->options);
  const std::chrono::duration<double> time =
      std::chrono::steady_clock::now() - start;
  if (task->options.progress) std::fputs("\r\033[K", stderr);
  for (properties::HostProof& proof : proofs) {
    replay::ShrinkWitnesses(task->deviations, &proof);
  }
  std::fputs((arguments.Has("json") ? replay::ProofJson(proofs, time.count())
                                    : replay::ProofText(proofs, time.count()))
                 .c_str(),
             stdout);
  for (auto& [name, script] : scripts) {
    const absl::Status status = script.Close();
    if (!status.ok()) return Fail(status);
  }
  if (!task->witness_folder.empty()) {
    const int status = WriteWitnesses(*task);
    if (status != kOk) return status;
  }
  return replay::ExitStatus(replay::VerdictOf(replay::Fold(proofs)));
}

}  // namespace

Verb ProveVerb() {
  return {"prove",
          "",
          "Proves the clauses for every guest there can be, by Z3",
          "tools/trapline prove --only dispatch.hypercall --flavor F10",
          {{"list", "", "the clauses and the known deviations, no proof"},
           {"only", "GLOB", "only clauses whose id matches"},
           {"flavor", "NAME", "only this flavor, F2 to F10"},
           {"timeout", "S", "give up a question after S seconds; 5"},
           {"jobs", "N", "threads; as many as there are cores"},
           {"json", "", "what was found as a JSON document"},
           {"smt2-dir", "DIR", "the questions asked, as SMT-LIB 2"},
           {"witnesses", "DIR", "a trace for each host, a trap for each path"}},
          0,
          0,
          RunProve};
}

}  // namespace trapline::command
