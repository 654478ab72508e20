// SPDX-License-Identifier: Apache-2.0

// Claims about emulate_insn (prove.h tells what a claim is).

#ifndef TRAPLINE_PROPERTIES_EMULATE_INSN_CLAIMS_H_
#define TRAPLINE_PROPERTIES_EMULATE_INSN_CLAIMS_H_

#include <string>
#include <utility>
#include <vector>

#include "model/emulate_insn.h"
#include "properties/insn_forms.h"
#include "properties/outcome.h"

namespace trapline::properties {

struct EmulateInsn {
  template <class World>
  bool operator()(model::Cpu<World>& cpu) const {
    return model::emulate_insn(cpu);
  }
};

inline std::vector<std::string> Names(const std::vector<Encoding>& encodings) {
  std::vector<std::string> names;
  names.reserve(encodings.size());
  for (const Encoding& encoding : encodings) names.push_back(encoding.name());
  return names;
}

// The guest comes to the end of an instruction that the handler stepped over.
// Where a page was absent the handler goes on although it has killed the guest:
// such a run must keep the claims but is no example of them.
template <class World>
typename World::Bool IsExample(const Outcome<World>& outcome,
                               const Encoding& encoding) {
  return outcome.result && Matches(outcome.world, encoding) &&
         outcome.after.dead == 0;
}

// What is accepted is an instruction of the table, and eip moves by its length.
// SDM volume 3, section 6.15, interrupt 13: eip points at the instruction.
class MovesEipByTheLengthOfWhatItAccepted {
 public:
  // `cases`: what the handler has to accept.
  explicit MovesEipByTheLengthOfWhatItAccepted(std::vector<Encoding> cases)
      : cases_(std::move(cases)) {}

  std::vector<std::string> case_names() const { return Names(cases_); }

  template <class World>
  Finding<World> operator()(const Outcome<World>& outcome) const {
    Finding<World> finding = {!outcome.result, {}};
    for (const Encoding& encoding : AllEncodings()) {
      finding.holds =
          finding.holds ||
          (Matches(outcome.world, encoding) &&
           outcome.after.eip == outcome.before.eip + encoding.length());
    }
    for (const Encoding& encoding : cases_) {
      finding.cases.push_back(IsExample(outcome, encoding));
    }
    return finding;
  }

 private:
  std::vector<Encoding> cases_;
};

// An accepted IN of a byte leaves bits 31 to 8 of eax alone. SDM volume 2, IN;
// volume 1, section 3.4.1.1.
class ByteInWritesOnlyAl {
 public:
  // `cases`: the encodings of it that this is claimed of.
  explicit ByteInWritesOnlyAl(std::vector<Encoding> cases)
      : cases_(std::move(cases)) {}

  std::vector<std::string> case_names() const { return Names(cases_); }

  template <class World>
  Finding<World> operator()(const Outcome<World>& outcome) const {
    Finding<World> finding = {true, {}};
    const auto kept =
        (outcome.after.eax & 0xFFFFFF00) == (outcome.before.eax & 0xFFFFFF00);
    for (const Encoding& encoding : cases_) {
      finding.holds = finding.holds && (!outcome.result || kept ||
                                        !Matches(outcome.world, encoding));
      finding.cases.push_back(IsExample(outcome, encoding));
    }
    return finding;
  }

 private:
  std::vector<Encoding> cases_;
};

}  // namespace trapline::properties

#endif  // TRAPLINE_PROPERTIES_EMULATE_INSN_CLAIMS_H_
