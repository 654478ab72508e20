// SPDX-License-Identifier: Apache-2.0

#include "replayer/command/verb.h"

#include <getopt.h>

#include <cstdio>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace trapline::command {
namespace {

std::string Usage(const std::vector<Verb>& verbs) {
  std::string text =
      "usage: trapline VERB ARGUMENTS...\n\n"
      "Replays recorded lguest traps against a reference model of the trap "
      "handler,\nand proves its rules.\n\n";
  for (const Verb& verb : verbs) {
    absl::StrAppend(&text,
                    absl::StrFormat("  %-8s  %s\n", verb.name, verb.summary));
  }
  absl::StrAppend(
      &text,
      "\n'trapline VERB --help' tells more. Exit status: 0 verified, proved or "
      "done,\n1 diverged or refuted, 2 wrong use, 3 verified with gaps, "
      "4 unproved, 65 bad\ndata.\n");
  return text;
}

std::string Help(const Verb& verb) {
  std::string text = absl::StrCat("usage: trapline ", verb.name,
                                  verb.options.empty() ? "" : " [OPTION...]",
                                  verb.arguments.empty() ? "" : " ",
                                  verb.arguments, "\n\n", verb.summary, ".\n");
  if (!verb.options.empty()) absl::StrAppend(&text, "\n");
  for (const Option& option : verb.options) {
    const std::string name =
        option.name.size() == 1 ? "-" + option.name : "--" + option.name;
    absl::StrAppend(
        &text,
        absl::StrFormat("  %-16s  %s\n",
                        option.value.empty() ? name : name + " " + option.value,
                        option.help));
  }
  absl::StrAppend(&text, "\nexample: ", verb.example, "\n");
  return text;
}

const Verb* FindVerb(const std::vector<Verb>& verbs, absl::string_view name) {
  for (const Verb& verb : verbs) {
    if (verb.name == name) return &verb;
  }
  return nullptr;
}

// getopt_long rather than Abseil's flags: those belong to the whole program and
// end it with the status 1, which here is a verdict.
absl::StatusOr<Arguments> Parse(const Verb& verb, int argc, char** argv) {
  std::vector<option> table;
  std::string letters = ":";
  for (size_t i = 0; i < verb.options.size(); ++i) {
    const Option& o = verb.options[i];
    const int has_value = o.value.empty() ? no_argument : required_argument;
    if (o.name.size() == 1) {
      absl::StrAppend(&letters, o.name, o.value.empty() ? "" : ":");
    } else {
      table.push_back({o.name.c_str(), has_value, nullptr, 0});
    }
  }
  table.push_back({nullptr, 0, nullptr, 0});
  std::map<std::string, std::string> options;
  opterr = 0;
  optind = 1;
  int index = 0;
  for (int c; (c = getopt_long(argc, argv, letters.c_str(), table.data(),
                               &index)) != -1;) {
    if (c == ':' || c == '?') {
      // Of letters written together the bad one is known, not its place.
      const std::string given =
          optopt > 0
              ? absl::StrCat("-", std::string(1, static_cast<char>(optopt)))
              : argv[optind - 1];
      return absl::InvalidArgumentError(absl::StrCat(
          verb.name, ": ",
          c == ':' ? "a value is missing after " : "there is no option ", "'",
          given, "'; see 'trapline ", verb.name, " --help'"));
    }
    const std::string name =
        c == 0 ? table[index].name : std::string(1, static_cast<char>(c));
    options[name] = optarg == nullptr ? "" : optarg;
  }
  std::vector<std::string> positional(argv + optind, argv + argc);
  if (positional.size() < verb.min_arguments ||
      positional.size() > verb.max_arguments) {
    return absl::InvalidArgumentError(
        absl::StrCat(verb.name, " takes ",
                     verb.arguments.empty() ? "no arguments" : verb.arguments,
                     "; see 'trapline ", verb.name, " --help'"));
  }
  return Arguments(std::move(positional), std::move(options));
}

int FailVerb(absl::string_view name) {
  return FailUse(
      absl::StrCat("there is no verb '", name, "'; see 'trapline --help'"));
}

}  // namespace

std::string Arguments::Get(const std::string& option) const {
  const auto found = options_.find(option);
  return found == options_.end() ? "" : found->second;
}

absl::StatusOr<uint64_t> Arguments::GetNumber(const std::string& option,
                                              uint64_t fallback, uint64_t least,
                                              uint64_t most) const {
  if (!Has(option)) return fallback;
  uint64_t number;
  if (!absl::SimpleAtoi(Get(option), &number) || number < least ||
      number > most) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--", option, " takes a whole number ",
        most == UINT64_MAX ? absl::StrCat("of at least ", least)
                           : absl::StrCat("from ", least, " to ", most),
        ", not '", Get(option), "'"));
  }
  return number;
}

absl::StatusOr<TrapRange> GetRange(const Arguments& arguments) {
  TrapRange range;
  if (!arguments.Has("range")) return range;
  const std::string text = arguments.Get("range");
  const size_t colon = text.find(':');
  const std::string begin = text.substr(0, colon);
  const std::string end =
      colon == std::string::npos ? "" : text.substr(colon + 1);
  if (colon == std::string::npos ||
      (!begin.empty() && !absl::SimpleAtoi(begin, &range.begin)) ||
      (!end.empty() && !absl::SimpleAtoi(end, &range.end)) ||
      range.begin >= range.end) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--range takes trap numbers A:B with A less than B (B is not "
        "included), not '",
        text, "'"));
  }
  return range;
}

int Fail(const absl::Status& status) {
  std::fprintf(stderr, "trapline: %s\n", std::string(status.message()).c_str());
  switch (status.code()) {
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kAlreadyExists:
      return kWrongUse;
    default:
      return kBadData;
  }
}

int FailUse(absl::string_view message) {
  return Fail(absl::InvalidArgumentError(message));
}

absl::Status CheckOutput(const std::string& input, const std::string& output) {
  for (const std::string& written : {output, output + ".part"}) {
    std::error_code error;
    if (std::filesystem::equivalent(input, written, error)) {
      return absl::InvalidArgumentError(absl::StrCat(
          "writing '", written, "' would destroy what is read from '", input,
          "'; write to another file"));
    }
  }
  return absl::OkStatus();
}

int Run(const std::vector<Verb>& verbs, int argc, char** argv) {
  const std::string name = argc > 1 ? argv[1] : "";
  if (name == "--help" || name == "-h" || name == "help") {
    const Verb* verb = argc > 2 ? FindVerb(verbs, argv[2]) : nullptr;
    if (argc > 2 && verb == nullptr) return FailVerb(argv[2]);
    std::fputs((verb == nullptr ? Usage(verbs) : Help(*verb)).c_str(), stdout);
    return kOk;
  }
  const Verb* verb = FindVerb(verbs, name);
  if (verb == nullptr) {
    return name.empty() ? FailUse("a verb is missing; see 'trapline --help'")
                        : FailVerb(name);
  }
  for (int i = 2; i < argc; ++i) {
    if (argv[i] == absl::string_view("--help")) {
      std::fputs(Help(*verb).c_str(), stdout);
      return kOk;
    }
  }
  absl::StatusOr<Arguments> arguments = Parse(*verb, argc - 1, argv + 1);
  if (!arguments.ok()) return Fail(arguments.status());
  return verb->run(*arguments);
}

}  // namespace trapline::command
