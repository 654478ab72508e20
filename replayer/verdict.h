// SPDX-License-Identifier: Apache-2.0

// What a replay found, for one trace and for many.

#ifndef TRAPLINE_REPLAYER_VERDICT_H_
#define TRAPLINE_REPLAYER_VERDICT_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "proto/trace.pb.h"
#include "replayer/clauses/check_trap.h"
#include "replayer/explain.h"

namespace trapline::replay {

// Ordered by weight: of several traces the heaviest verdict counts.
enum class Verdict {
  kVerified,
  kVerifiedWithGaps,  // all that is there agrees, but records were lost
  kDiverged,
  kBadData,  // not a trace, damaged, of an unknown version or flavor
};

// What is wrong inside the trace `path`, told with its name and, of damage,
// what to do. OK stays OK.
absl::Status InFile(const std::string& path, const absl::Status& status);

const char* VerdictName(Verdict verdict);
int ExitStatus(Verdict verdict);

// A trap that differs from the model, or breaks a clause that no deviation
// covers.
struct Divergence {
  uint64_t trap = 0;          // its number
  uint64_t seq = 0;           // its record number in the recording
  uint64_t block_offset = 0;  // of the block that holds it, bytes into the file
  uint32_t trapnum = 0;
  uint32_t errcode = 0;
  uint32_t cs = 0;
  uint32_t eip = 0;
  std::string insn;                     // bytes at eip; empty where unknown
  std::vector<Difference> differences;  // none where only a clause is broken
  std::vector<BrokenClause> broken;
};

// What to call it by: its first field, or its first clause.
std::string FieldOf(const Divergence& divergence);

// Records lost before the trap of that number.
struct Gap {
  uint64_t trap = 0;
  uint64_t records = 0;
};

struct FileResult {
  std::string path;
  absl::Status status;              // why it is BAD-DATA
  uint64_t bad_block = UINT64_MAX;  // ordinal of the first that is
  trace::Header header;
  std::string flavor;  // replayed against
  uint64_t blocks = 0;
  uint64_t traps = 0;  // replayed
  uint64_t events = 0;
  uint64_t lost = 0;
  uint64_t diverged = 0;
  std::vector<Gap> gaps;                     // the first few
  std::vector<Divergence> divergences;       // the first few, by number
  std::map<std::string, uint64_t> by_field;  // divergent traps by FieldOf
  std::optional<ClauseCounts> clauses;       // where every trap was checked
};

Verdict VerdictOf(const FileResult& file);

// The heaviest of all; kBadData where there is none.
Verdict VerdictOf(const std::vector<FileResult>& files);

}  // namespace trapline::replay

#endif  // TRAPLINE_REPLAYER_VERDICT_H_
