// SPDX-License-Identifier: Apache-2.0

#include "replayer/minimize/minimize_trap.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "model/state.h"
#include "replayer/clauses/check_trap.h"
#include "replayer/explain.h"
#include "replayer/minimize/course.h"
#include "replayer/report/disassemble.h"

namespace trapline::replay {
namespace {

// In which way a trap diverges.
struct Way {
  std::vector<std::string> fields;  // without their indexes
  std::vector<const properties::Clause*> clauses;
  std::vector<const properties::Deviation*> deviations;
};

template <class Value>
bool HasAll(const std::vector<Value>& values, const std::vector<Value>& some) {
  return std::all_of(some.begin(), some.end(), [&](const Value& value) {
    return std::count(values.begin(), values.end(), value) != 0;
  });
}

bool IsSame(const Way& way, const Way& other) {
  return !other.fields.empty() && other.fields[0] == way.fields[0] &&
         HasAll(way.fields, other.fields) && way.clauses == other.clauses &&
         HasAll(way.deviations, other.deviations);
}

// "mem.bytes" of "mem[2].bytes".
std::string WithoutIndex(std::string field) {
  const size_t open = field.find('[');
  if (open == field.npos) return field;
  return field.erase(open, field.find(']') + 1 - open);
}

// How much there is of a trap: first the bytes that are not zero, then the bits
// that are set.
using Weight = std::pair<size_t, size_t>;

void Add(uint32_t byte, Weight* weight) {
  weight->first += byte != 0;
  weight->second += __builtin_popcount(byte);
}

void AddWord(uint32_t word, Weight* weight) {
  for (int shift = 0; shift < 32; shift += 8) {
    Add(word >> shift & 0xFF, weight);
  }
}

Weight WeightOf(const trace::Trap& trap) {
  Weight weight = {trap.insn.size() + trap.insn_pa.has_value(), 0};
  for (const uint32_t word : trap.before) AddWord(word, &weight);
  for (const uint32_t word : trap.after) AddWord(word, &weight);
  AddWord(trap.gate_lo, &weight);
  AddWord(trap.gate_hi, &weight);
  AddWord(trap.insn_pa.value_or(0), &weight);
  for (const trace::Access& access : trap.accesses) {
    weight.first += 1 + access.length;
    AddWord(access.address, &weight);
    for (uint32_t i = 0; i < access.length; ++i) Add(access.data[i], &weight);
  }
  for (const trace::Call& call : trap.calls) {
    weight.first += 1 + call.message.size();
    for (const uint32_t word : call.args) AddWord(word, &weight);
    AddWord(call.returned, &weight);
  }
  return weight;
}

class Minimizer {
 public:
  Minimizer(const Setting& setting, const trace::Trap& trap)
      : setting_(setting), checker_(setting.host), trap_(trap) {
    way_ = WayOf(trap_);
    Keep();
    SetCourse();
  }

  MinimizedTrap Run() {
    trap_.tsc = trap_.cycles = trap_.seq = 0;
    CutInsn();
    do {
      smaller_ = false;
      DropAccesses();
      DropCalls();
      ReduceState();
      ReduceLog();
      Reduce(&trace::Trap::gate_lo);
      Reduce(&trace::Trap::gate_hi);
    } while (smaller_);
    return {std::move(trap_), std::move(bytes_)};
  }

 private:
  Way WayOf(const trace::Trap& trap) {
    Way way;
    for (const Difference& difference : Explain(setting_, trap)) {
      way.fields.push_back(WithoutIndex(difference.field));
    }
    if (const properties::StepCheck* check = checker_.Check(trap)) {
      way.clauses = check->violated;
      way.deviations = check->deviations;
    }
    return way;
  }

  // Has the trap's bytes and strings here.
  void Keep() {
    for (trace::Access& access : trap_.accesses) {
      access.data = Own({access.data, access.data + access.length});
    }
    for (trace::Call& call : trap_.calls) {
      call.message = bytes_.emplace_back(call.message);
    }
    trap_.insn = bytes_.emplace_back(trap_.insn);
  }
  const uint8_t* Own(std::string bytes) {
    bytes_.push_back(std::move(bytes));
    return reinterpret_cast<const uint8_t*>(bytes_.back().data());
  }

  void SetCourse() {
    LogFault fault;
    Explain(setting_, trap_, &fault);
    course_ = Follow(setting_, trap_, fault);
  }

  // Takes `less` where it is that and diverges in the same way.
  bool Take(trace::Trap less) {
    const Weight weight = WeightOf(less);
    if (weight >= WeightOf(trap_) || !IsSame(way_, WayOf(less))) return false;
    trap_ = std::move(less);
    SetCourse();
    smaller_ = true;
    return true;
  }
  // The same, and what agrees with the model may follow.
  bool TakeFitted(const trace::Trap& less) {
    trace::Trap fitted = less;
    Fit(setting_, trap_, course_, &fitted, &bytes_);
    return Take(std::move(fitted)) || Take(less);
  }

  void CutInsn() {
    const int length =
        Disassemble(trap_.insn, trap_.before[model::kStateIndex.eip]).length;
    trace::Trap less = trap_;
    less.insn = less.insn.substr(0, length);
    if (length != 0) Take(std::move(less));
    less = trap_;
    less.insn_pa.reset();
    Take(std::move(less));
  }

  template <class List>
  void DropFrom(List trace::Trap::*list) {
    for (size_t i = (trap_.*list).size(); i-- > 0;) {
      trace::Trap less = trap_;
      (less.*list).erase((less.*list).begin() + i);
      Take(std::move(less));
    }
  }
  void DropAccesses() { DropFrom(&trace::Trap::accesses); }
  void DropCalls() { DropFrom(&trace::Trap::calls); }

  // Zero, else without a byte, else without a bit, as `put` puts it into a
  // trap.
  template <class Put>
  void ReduceWord(uint32_t word, Put put) {
    const auto try_mask = [&](uint32_t mask) {
      if ((word & ~mask) == word) return;
      trace::Trap less = trap_;
      put(word & ~mask, &less);
      if (TakeFitted(less)) word &= ~mask;
    };
    try_mask(0xFFFFFFFF);
    for (int shift = 0; shift < 32; shift += 8) try_mask(0xFFu << shift);
    for (int bit = 0; bit < 32; ++bit) try_mask(1u << bit);
  }

  void Reduce(uint32_t trace::Trap::*word) {
    ReduceWord(trap_.*word, [word](uint32_t value, trace::Trap* trap) {
      trap->*word = value;
    });
  }

  void ReduceState() {
    for (int i = 0; i < trace::kWordCount; ++i) {
      const auto put_both = [i](uint32_t value, trace::Trap* trap) {
        if (trap->after[i] == trap->before[i]) trap->after[i] = value;
        trap->before[i] = value;
      };
      const auto put_after = [i](uint32_t value, trace::Trap* trap) {
        trap->after[i] = value;
      };
      ReduceWord(trap_.before[i], put_both);
      ReduceWord(trap_.after[i], put_after);
      trace::Trap less = trap_;
      less.after[i] = less.before[i];
      Take(std::move(less));
    }
  }

  // Of each access, byte by byte. What was fetched to be decoded stays.
  void ReduceLog() {
    for (size_t i = 0; i < trap_.accesses.size(); ++i) {
      ReduceWord(trap_.accesses[i].address,
                 [i](uint32_t value, trace::Trap* trap) {
                   trap->accesses[i].address = value;
                 });
      const trace::Access& access = trap_.accesses[i];
      if (!access.write && (access.length == 1 || access.length == 3)) continue;
      for (uint32_t at = 0; at < trap_.accesses[i].length; ++at) {
        ReduceWord(trap_.accesses[i].data[at],
                   [&](uint32_t value, trace::Trap* trap) {
                     trace::Access& access = trap->accesses[i];
                     std::string data(access.data, access.data + access.length);
                     data[at] = static_cast<char>(value);
                     access.data = Own(std::move(data));
                   });
      }
    }
  }

  const Setting& setting_;
  TrapChecker checker_;
  std::deque<std::string> bytes_;
  trace::Trap trap_;  // the smallest so far
  Course course_;     // of that
  Way way_;
  bool smaller_ = false;  // than at the start of the round
};

}  // namespace

MinimizedTrap MinimizeTrap(const Setting& setting, const trace::Trap& trap) {
  return Minimizer(setting, trap).Run();
}

}  // namespace trapline::replay
