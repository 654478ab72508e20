// SPDX-License-Identifier: Apache-2.0

#include "replayer/explain_calls.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "replayer/log_text.h"

namespace trapline::replay {
namespace {

using Differences = std::vector<Difference>;

// Recorded calls that are looked at; the model makes far fewer.
constexpr size_t kMaxCalls = 64;

std::string Hex32(uint32_t value) { return absl::StrFormat("%08x", value); }

// Pairs the two lists off. Indices are of calls still to be paired.
class Alignment {
 public:
  Alignment(const std::vector<trace::Call>& recorded,
            const std::vector<trace::Call>& model,
            const std::vector<std::string>& messages, bool kill_messages)
      : recorded_(recorded),
        recorded_size_(std::min(recorded.size(), kMaxCalls)),
        model_(model),
        messages_(messages),
        kill_messages_(kill_messages) {
    costs_.resize((recorded_size_ + 1) * (model_.size() + 1));
    for (size_t r = recorded_size_ + 1; r-- != 0;) {
      for (size_t m = model_.size() + 1; m-- != 0;) {
        costs_[r * (model_.size() + 1) + m] = Best(r, m).cost;
      }
    }
  }

  Differences Explain() const {
    Differences all;
    for (size_t r = 0, m = 0; r != recorded_size_ || m != model_.size();) {
      Step step = Best(r, m);
      std::move(step.differences.begin(), step.differences.end(),
                std::back_inserter(all));
      r += step.recorded;
      m += step.model;
    }
    if (recorded_.size() > recorded_size_) {
      all.push_back({absl::StrCat("calls[", recorded_size_, "].extra"), "-",
                     absl::StrCat(recorded_.size() - recorded_size_, " more"),
                     "-"});
    }
    return all;
  }

 private:
  // The next calls of each list, accounted for, and the cost of all from there.
  struct Step {
    size_t cost = SIZE_MAX;
    size_t recorded = 0;
    size_t model = 0;
    Differences differences;
  };

  size_t Cost(size_t r, size_t m) const {
    return costs_[r * (model_.size() + 1) + m];
  }

  std::string Recorded(size_t r) const { return CallText(recorded_[r]); }
  std::string Model(size_t m) const {
    trace::Call call = model_[m];
    call.message = messages_[m];
    return CallText(call);
  }

  Step Best(size_t r, size_t m) const {
    Step best;
    if (r == recorded_size_ && m == model_.size()) best.cost = 0;
    const auto consider = [&](size_t recorded, size_t model,
                              Differences differences) {
      const size_t cost = differences.size() + Cost(r + recorded, m + model);
      if (cost < best.cost) {
        best = {cost, recorded, model, std::move(differences)};
      }
    };
    const std::string at = absl::StrCat("calls[", r, "]");
    const bool in_recorded = r < recorded_size_;
    const bool in_model = m < model_.size();
    if (in_recorded && in_model && recorded_[r].kind == model_[m].kind) {
      consider(1, 1, Compare(at, r, m));
    }
    if (r + 1 < recorded_size_ && m + 1 < model_.size() && Same(r, m + 1) &&
        Same(r + 1, m)) {
      consider(2, 2,
               {{at + ".order", "-",
                 absl::StrCat(Recorded(r), ", ", Recorded(r + 1)),
                 absl::StrCat(Model(m), ", ", Model(m + 1))}});
    }
    if (in_recorded) consider(1, 0, {{at + ".extra", "-", Recorded(r), "-"}});
    if (in_model) {
      const bool silent =
          model_[m].kind == trace::KILL_GUEST && !kill_messages_;
      consider(0, 1,
               silent ? Differences()
                      : Differences{{at + ".missing", "-", "-", Model(m)}});
    }
    return best;
  }

  bool Same(size_t r, size_t m) const {
    return recorded_[r].kind == model_[m].kind && Compare("", r, m).empty();
  }

  // Of two calls of one kind.
  Differences Compare(const std::string& at, size_t r, size_t m) const {
    static constexpr const char* kDemandArgs[] = {".vaddr", ".errcode"};
    const trace::Call& recorded = recorded_[r];
    const trace::Call& model = model_[m];
    Differences all;
    for (int i = 0; i < trace::CallArity(model.kind); ++i) {
      if (recorded.args[i] == model.args[i]) continue;
      const char* arg =
          model.kind == trace::DEMAND_PAGE ? kDemandArgs[i] : ".num";
      all.push_back({absl::StrCat(at, arg), "-", Hex32(recorded.args[i]),
                     Hex32(model.args[i])});
    }
    if (model.has_returned &&
        (!recorded.has_returned || recorded.returned != model.returned)) {
      all.push_back(
          {absl::StrCat(at, ".returned"), "-",
           recorded.has_returned ? absl::StrCat(recorded.returned) : "-",
           absl::StrCat(model.returned)});
    }
    if (model.kind == trace::KILL_GUEST && recorded.message != messages_[m]) {
      all.push_back({absl::StrCat(at, ".message"), "-",
                     absl::CHexEscape(recorded.message), messages_[m]});
    }
    return all;
  }

  const std::vector<trace::Call>& recorded_;
  const size_t recorded_size_;
  const std::vector<trace::Call>& model_;
  const std::vector<std::string>& messages_;
  const bool kill_messages_;
  std::vector<size_t> costs_;
};

}  // namespace

std::vector<Difference> ExplainCalls(const std::vector<trace::Call>& recorded,
                                     const std::vector<trace::Call>& model,
                                     const std::vector<std::string>& messages,
                                     bool kill_messages) {
  return Alignment(recorded, model, messages, kill_messages).Explain();
}

}  // namespace trapline::replay
