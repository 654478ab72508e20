// SPDX-License-Identifier: Apache-2.0

// That the symbols say of a guest what the model does with it: recorded traps,
// put in their place, have to give the outcome of the concrete run.

#include <z3++.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "properties/coverage/feasible_paths.h"
#include "properties/logging_world_body.h"
#include "properties/paths.h"
#include "properties/step.h"
#include "properties/symbolic_guest.h"
#include "replayer/clauses/recorded_guest.h"
#include "replayer/replay_trap.h"
#include "replayer/testing_traps.h"

namespace trapline::replay {
namespace {

using properties::ConcreteGuest;
using properties::Guest;
using properties::Kill;
using properties::Path;
using properties::Step;
using properties::SymbolicBool;
using properties::SymbolicByte;
using properties::SymbolicGuest;
using properties::SymbolicWord;

// Traps of a recording, of which not all are distinct.
constexpr uint32_t kSample = 2200;
constexpr uint32_t kAll = 60000;
constexpr auto npos = absl::string_view::npos;

// The recorded guest, with the memory that the handler read.
Guest GuestOf(const Step<ConcreteGuest>& step) {
  const ConcreteGuest& recorded = step.guest;
  Guest guest;
  guest.host = recorded.host();
  guest.state = recorded.state();
  guest.gate = recorded.gate();
  guest.lguest_data_accessible = recorded.lguest_data_accessible();
  for (size_t i = 0; i < 6; ++i) {
    guest.shadow_absent.push_back(recorded.shadow_absent(i));
  }
  guest.page_unavailable.push_back(recorded.page_unavailable(0));
  for (const auto& access : step.did.accesses) {
    for (uint32_t i = 0; i < access.length; ++i) {
      guest.memory[access.pa + i] = recorded.InitialByte(access.pa + i);
    }
  }
  return guest;
}

// Before the trap, and what the handler read and wrote.
std::string Fingerprint(const Step<ConcreteGuest>& step) {
  std::string text(reinterpret_cast<const char*>(&step.before),
                   sizeof(step.before));
  for (const auto& access : step.did.accesses) {
    absl::StrAppend(&text, access.write, " ", access.length, " ", access.pa,
                    " ", access.lo, " ", access.hi, ";");
  }
  return text;
}

// Guests of distinct traps of a recording, by the path that they take.
struct Sample {
  model::Host host;
  std::map<std::string, std::vector<Guest>> guests;
  size_t size = 0;
};

Sample Load(const char* name, uint32_t sample) {
  Recording recording;
  LoadShapes(name, sample, &recording);
  Sample loaded;
  loaded.host = recording.setting.host;
  std::set<std::string> known;
  RecordedGuest recorded(loaded.host);
  for (const trace::Trap& trap : recording.traps) {
    if (!recorded.Load(trap)) continue;
    if (!known.insert(Fingerprint(recorded.step())).second) continue;
    Guest guest = GuestOf(recorded.step());
    const ConcreteGuest concrete(guest);
    const Step<ConcreteGuest> step = TakeTrap(concrete);
    EXPECT_EQ(Fingerprint(step), Fingerprint(recorded.step()));
    loaded.guests[PathText(step.did.path, step.bug)].push_back(
        std::move(guest));
    ++loaded.size;
  }
  return loaded;
}

// Holds what the symbols are in one guest against its concrete step.
class Comparison {
 public:
  Comparison(const z3::model& assignment, z3::context* context)
      : assignment_(assignment), context_(*context) {}

  void Add(const std::string& what, const SymbolicWord& symbol, uint32_t word) {
    const z3::expr value = assignment_.eval(symbol.Lift(context_), true);
    if (value.is_numeral() && value.get_numeral_uint64() == word) return;
    Differ(what);
  }
  void Add(const std::string& what, const SymbolicBool& symbol, bool truth) {
    if (IsTrue(symbol) != truth) Differ(what);
  }
  bool IsTrue(const SymbolicBool& symbol) const {
    return assignment_.eval(symbol.Lift(context_), true).is_true();
  }
  template <class Number>
  void AddFact(const std::string& what, Number symbolic, Number concrete) {
    if (symbolic != concrete) Differ(what);
  }

  // What is not the same; empty where all is.
  const std::string& differences() const { return differences_; }

 private:
  void Differ(const std::string& what) {
    absl::StrAppend(&differences_, differences_.empty() ? "" : ", ", what);
  }

  const z3::model& assignment_;
  z3::context& context_;
  std::string differences_;
};

template <class Symbols>
void CompareAccesses(const Step<Symbols>& symbolic,
                     const Step<ConcreteGuest>& concrete, Comparison* all) {
  const auto& did = concrete.did.accesses;
  all->AddFact("accesses", symbolic.did.accesses.size(), did.size());
  if (symbolic.did.accesses.size() != did.size()) return;
  for (size_t i = 0; i < did.size(); ++i) {
    const auto& access = symbolic.did.accesses[i];
    const std::string name = absl::StrCat("access ", i);
    all->AddFact(name + " write", access.write, did[i].write);
    all->AddFact(name + " length", access.length, did[i].length);
    all->Add(name + " pa", access.pa, did[i].pa);
    all->Add(name + " ok", access.ok, did[i].ok);
    all->Add(name + " lo", access.lo, did[i].lo);
    all->Add(name + " hi", access.hi, did[i].hi);
  }
}

template <class Symbols>
void CompareCalls(const Step<Symbols>& symbolic,
                  const Step<ConcreteGuest>& concrete, Comparison* all) {
  const auto& did = concrete.did.calls;
  all->AddFact("calls", symbolic.did.calls.size(), did.size());
  if (symbolic.did.calls.size() != did.size()) return;
  for (size_t i = 0; i < did.size(); ++i) {
    const auto& call = symbolic.did.calls[i];
    const std::string name = absl::StrCat("call ", i);
    all->AddFact(name + " kind", static_cast<int>(call.kind),
                 static_cast<int>(did[i].kind));
    all->Add(name + " arg", call.arg, did[i].arg);
    all->Add(name + " errcode", call.errcode, did[i].errcode);
    all->AddFact(name + " result", call.result, did[i].result);
  }
}

template <class Symbols>
void CompareKills(const Step<Symbols>& symbolic,
                  const Step<ConcreteGuest>& concrete, Comparison* all) {
  // Of one guest only those that kill are told, and of the others the last.
  std::vector<Kill<Symbols>> kills;
  for (const auto& kill : symbolic.did.kills) {
    if (all->IsTrue(kill.when)) kills.push_back(kill);
  }
  std::vector<Kill<ConcreteGuest>> did;
  for (const auto& kill : concrete.did.kills) {
    if (kill.when) did.push_back(kill);
  }
  all->AddFact("kills", kills.size(), did.size());
  if (kills.size() != did.size()) return;
  for (size_t i = 0; i < did.size(); ++i) {
    const std::string name = absl::StrCat("kill ", i);
    all->AddFact(name + " reason", static_cast<int>(kills[i].reason),
                 static_cast<int>(did[i].reason));
    for (size_t arg = 0; arg < kills[i].args.size(); ++arg) {
      all->Add(name + " arg", kills[i].args[arg], did[i].args[arg]);
    }
  }
}

template <class Symbols>
std::string Differences(Path& path, const Symbols& symbols,
                        const Step<Symbols>& symbolic, const Guest& guest) {
  const ConcreteGuest numbers(guest);
  const Step<ConcreteGuest> concrete = TakeTrap(numbers);
  const z3::model assignment = symbols.Assignment(guest);
  Comparison all(assignment, &path.context());
  all.Add("path", SymbolicBool(path.Condition()), true);
  for (size_t i = 0; i < model::kStateWordNames.size(); ++i) {
    all.Add(model::kStateWordNames[i],
            symbolic.after.*model::kStateWords<SymbolicWord>[i],
            concrete.after.*model::kStateWords<uint32_t>[i]);
  }
  CompareAccesses(symbolic, concrete, &all);
  CompareCalls(symbolic, concrete, &all);
  CompareKills(symbolic, concrete, &all);
  return all.differences();
}

// How many of the sample gave the concrete outcome; `first` becomes what is
// wrong with the first that did not.
template <class Symbols>
size_t CountAgreeing(const Sample& sample, std::string* first) {
  properties::Symbols session;
  size_t agreeing = 0;
  const auto paths = properties::ExplorePaths(&session, {}, [&](Path& path) {
    const Symbols symbols(sample.host, &path);
    const Step<Symbols> step = TakeTrap(
        symbols, model::handle_trap<properties::LoggingWorld<Symbols>>);
    const auto guests = sample.guests.find(PathText(step.did.path, step.bug));
    if (guests == sample.guests.end()) return true;
    for (const Guest& guest : guests->second) {
      const std::string differences = Differences(path, symbols, step, guest);
      if (differences.empty()) {
        ++agreeing;
      } else if (first->empty()) {
        *first = differences;
      }
    }
    return true;
  });
  if (!paths.ok()) *first = std::string(paths.status().message());
  return agreeing;
}

TEST(Encoding, OfRecordedTrapsGivesTheConcreteOutcome) {
  size_t traps = 0;
  for (const char* name : {"v2.6.24-boot", "v2.6.24-tiny", "v2.6.32-boot",
                           "v3.12-boot", "v3.12-kill1", "v3.12-kill4"}) {
    const bool is_long = absl::string_view(name).find("boot") != npos;
    const Sample sample = Load(name, is_long ? kSample : kAll);
    std::string first;
    EXPECT_EQ(CountAgreeing<SymbolicGuest>(sample, &first), sample.size)
        << name << ": " << first;
    std::printf("%s: %zu distinct traps\n", name, sample.size);
    traps += sample.size;
  }
  EXPECT_GE(traps, 5000u);
}

// Encodings that are wrong in one thing.

class FaultyGuest : public SymbolicGuest {
 public:
  FaultyGuest(const model::Host& host, Path* path)
      : SymbolicGuest(host, path), context_(path->context()) {}

 protected:
  z3::context& context_;
};

struct SignExtends : FaultyGuest {
  using FaultyGuest::FaultyGuest;
  SymbolicWord Widen(const SymbolicByte& byte) const {
    return SymbolicWord(z3::sext(byte.Lift(context_), 24));
  }
};

struct SelectsTheOther : FaultyGuest {
  using FaultyGuest::FaultyGuest;
  SymbolicWord Select(const SymbolicBool& condition, const SymbolicWord& yes,
                      const SymbolicWord& no) const {
    return SymbolicGuest::Select(condition, no, yes);
  }
};

struct ReadsTheNextByte : FaultyGuest {
  using FaultyGuest::FaultyGuest;
  SymbolicByte InitialByte(const SymbolicWord& pa) const {
    return SymbolicGuest::InitialByte(pa + 1);
  }
};

struct ReadsTheNextWord : FaultyGuest {
  using FaultyGuest::FaultyGuest;
  SymbolicWord InitialWord(const SymbolicWord& pa) const {
    return SymbolicGuest::InitialWord(pa + 4);
  }
};

struct ForgetsItsMemory : FaultyGuest {
  using FaultyGuest::FaultyGuest;
  SymbolicWord InitialWord(const SymbolicWord&) const {
    return SymbolicWord(context_.bv_const("forgotten", 32));
  }
};

struct SwapsRegisters : FaultyGuest {
  using FaultyGuest::FaultyGuest;
  model::State<SymbolicWord> state() const {
    auto state = SymbolicGuest::state();
    std::swap(state.esp, state.esp1);
    return state;
  }
};

struct HidesLguestData : FaultyGuest {
  using FaultyGuest::FaultyGuest;
  SymbolicBool lguest_data_accessible() const {
    return !SymbolicGuest::lguest_data_accessible();
  }
};

template <class Guest>
class FaultyEncoding : public ::testing::Test {};

using Faults = ::testing::Types<SignExtends, SelectsTheOther, ReadsTheNextByte,
                                ReadsTheNextWord, ForgetsItsMemory,
                                SwapsRegisters, HidesLguestData>;
TYPED_TEST_SUITE(FaultyEncoding, Faults);

TYPED_TEST(FaultyEncoding, IsFoundOut) {
  static const Sample* const kSmall = new Sample(Load("v2.6.24-boot", 30));
  std::string first;
  EXPECT_LT(CountAgreeing<TypeParam>(*kSmall, &first), kSmall->size);
}

}  // namespace
}  // namespace trapline::replay
