// SPDX-License-Identifier: Apache-2.0

// A verb of the command, and how its arguments are read.

#ifndef TRAPLINE_REPLAYER_COMMAND_VERB_H_
#define TRAPLINE_REPLAYER_COMMAND_VERB_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace trapline::command {

// Beside those of the verdicts (replayer/verdict.h).
inline constexpr int kOk = 0;
inline constexpr int kWrongUse = 2;
inline constexpr int kBadData = 65;

// An option of a verb; `value` names its argument, empty where it takes none.
struct Option {
  std::string name;
  std::string value;
  std::string help;
};

// Arguments as given, options apart.
class Arguments {
 public:
  Arguments(std::vector<std::string> positional,
            std::map<std::string, std::string> options)
      : positional_(std::move(positional)), options_(std::move(options)) {}

  const std::vector<std::string>& positional() const { return positional_; }
  bool Has(const std::string& option) const {
    return options_.count(option) != 0;
  }
  std::string Get(const std::string& option) const;
  // A whole number from `least` to `most`; `fallback` where it is not given.
  absl::StatusOr<uint64_t> GetNumber(const std::string& option,
                                     uint64_t fallback, uint64_t least,
                                     uint64_t most = UINT64_MAX) const;

 private:
  std::vector<std::string> positional_;
  std::map<std::string, std::string> options_;
};

// Trap numbers [begin, end).
struct TrapRange {
  uint64_t begin = 0;
  uint64_t end = UINT64_MAX;
};

// Of "A:B", "A:" or ":B"; everything where --range is not given.
absl::StatusOr<TrapRange> GetRange(const Arguments& arguments);

struct Verb {
  std::string name;
  std::string arguments;  // as in the usage line
  std::string summary;    // one line
  std::string example;    // a command line
  std::vector<Option> options;
  size_t min_arguments;
  size_t max_arguments;
  // Gives the exit status.
  int (*run)(const Arguments& arguments);
};

// Prints "trapline: " and the message to stderr. Gives the exit status that
// goes with the error: wrong use for arguments and for files that are not
// there or may not be touched, else bad data.
int Fail(const absl::Status& status);

// One sentence of wrong use.
int FailUse(absl::string_view message);

// InvalidArgumentError where writing `output`, which grows as `output`.part,
// would destroy `input`.
absl::Status CheckOutput(const std::string& input, const std::string& output);

// Runs the verb that argv[1] names.
int Run(const std::vector<Verb>& verbs, int argc, char** argv);

}  // namespace trapline::command

#endif  // TRAPLINE_REPLAYER_COMMAND_VERB_H_
