// SPDX-License-Identifier: Apache-2.0

#include "properties/witness.h"

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"

namespace trapline::properties {
namespace {

// Gives symbols the values of an assignment; one it leaves open is zero.
class Evaluator {
 public:
  explicit Evaluator(const z3::model& assignment) : assignment_(assignment) {}

  template <class Number>
  Number operator()(const Symbolic<Number>& value) const {
    return static_cast<Number>(
        assignment_.eval(value.Lift(assignment_.ctx()), true)
            .get_numeral_uint64());
  }
  bool operator()(const SymbolicBool& value) const {
    return assignment_.eval(value.Lift(assignment_.ctx()), true).is_true();
  }
  model::State<uint32_t> operator()(
      const model::State<SymbolicWord>& state) const {
    model::State<uint32_t> values;
    for (size_t i = 0; i < model::kStateWordNames.size(); ++i) {
      values.*model::kStateWords<uint32_t>[i] =
          (*this)(state.*model::kStateWords<SymbolicWord>[i]);
    }
    return values;
  }

 private:
  const z3::model& assignment_;
};

}  // namespace

Witness MakeWitness(const z3::model& assignment,
                    const Outcome<SymbolicWorld>& outcome) {
  const Evaluator value(assignment);
  Witness witness = {value(outcome.before),
                     {value(outcome.gate.lo), value(outcome.gate.hi)},
                     {},
                     {},
                     value(outcome.after),
                     {},
                     outcome.result,
                     outcome.bug,
                     {}};
  for (const SymbolicWord& pa : outcome.world.read_addresses()) {
    witness.memory[value(pa)] = value(outcome.world.InitialByte(pa));
    witness.memory_after[value(pa)] = value(outcome.world.FinalByte(pa));
  }
  for (const SymbolicWord& pa : outcome.world.written_addresses()) {
    witness.memory_after[value(pa)] = value(outcome.world.FinalByte(pa));
  }
  for (const SymbolicBool& choice : outcome.world.choices()) {
    witness.choices.push_back(value(choice));
  }
  for (const SymbolicWorld::Kill& kill : outcome.world.kills()) {
    witness.kills.push_back(
        {kill.reason,
         {value(kill.args[0]), value(kill.args[1]), value(kill.args[2])}});
  }
  return witness;
}

std::string Disagreement(const Witness& witness,
                         const Outcome<MemoryWorld>& concrete) {
  std::string text;
  for (size_t i = 0; i < model::kStateWordNames.size(); ++i) {
    const auto word = model::kStateWords<uint32_t>[i];
    const uint32_t expected = witness.after.*word;
    const uint32_t actual = concrete.after.*word;
    if (expected == actual) continue;
    absl::StrAppend(&text, model::kStateWordNames[i], ": symbolic 0x",
                    absl::Hex(expected), ", concrete 0x", absl::Hex(actual),
                    "\n");
  }
  if (witness.result != concrete.result) text += "the result differs\n";
  if (witness.bug != concrete.bug) text += "the BUG of the host differs\n";
  if (witness.memory_after != concrete.world.memory()) {
    text += "guest memory differs\n";
  }
  if (concrete.world.strayed()) text += "the concrete run went elsewhere\n";
  const auto& kills = concrete.world.kills();
  bool same_kills = kills.size() == witness.kills.size();
  for (size_t i = 0; same_kills && i < kills.size(); ++i) {
    same_kills = kills[i].reason == witness.kills[i].reason &&
                 kills[i].args == witness.kills[i].args;
  }
  if (!same_kills) text += "the kill differs\n";
  return text;
}

std::string ToString(const Witness& witness) {
  std::string text;
  for (size_t i = 0; i < model::kStateWordNames.size(); ++i) {
    const auto word = model::kStateWords<uint32_t>[i];
    const uint32_t before = witness.before.*word;
    const uint32_t after = witness.after.*word;
    if (before == 0 && after == 0) continue;
    absl::StrAppend(&text, model::kStateWordNames[i], " 0x",
                    absl::Hex(before, absl::kZeroPad8));
    if (before != after) {
      absl::StrAppend(&text, " -> 0x", absl::Hex(after, absl::kZeroPad8));
    }
    text += '\n';
  }
  for (const auto& [pa, byte] : witness.memory) {
    absl::StrAppend(&text, "memory[0x", absl::Hex(pa, absl::kZeroPad8),
                    "] = ", absl::Hex(byte, absl::kZeroPad2), "\n");
  }
  return text;
}

}  // namespace trapline::properties
