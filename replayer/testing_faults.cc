// SPDX-License-Identifier: Apache-2.0

#include "replayer/testing_faults.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gtest/gtest.h"
#include "replayer/explain.h"
#include "replayer/testing_traps.h"

namespace trapline::replay {
namespace {

constexpr const char* kRecordings[] = {"v2.6.24-boot", "v2.6.24-tiny",
                                       "v2.6.32-boot", "v3.12-boot",
                                       "v3.12-kill1",  "v3.12-kill4"};
constexpr uint32_t kSample = 60;  // of each recording, beside the shapes

std::string FieldsOf(const std::vector<Difference>& differences) {
  return absl::StrJoin(differences, ", ",
                       [](std::string* out, const Difference& difference) {
                         absl::StrAppend(out, difference.field);
                       });
}

}  // namespace

Fault FaultIn(const trace::Trap& trap, std::string field) {
  Fault fault;
  fault.what = field;
  fault.trap = trap;
  fault.fields = {std::move(field)};
  return fault;
}

void SetBytes(size_t index, std::string bytes, Fault* fault) {
  fault->bytes = std::make_shared<const std::string>(std::move(bytes));
  trace::Access& access = fault->trap.accesses[index];
  access.data = reinterpret_cast<const uint8_t*>(fault->bytes->data());
  access.length = static_cast<uint32_t>(fault->bytes->size());
}

std::vector<std::string> Names(absl::string_view list, size_t first,
                               size_t last, absl::string_view part) {
  std::vector<std::string> names;
  for (size_t i = first; i <= last; ++i) {
    names.push_back(absl::StrCat(list, "[", i, "].", part));
  }
  return names;
}

void ExpectNamed(const Setting& setting, const Fault& fault) {
  const auto context = [&] {
    return absl::StrCat(fault.what, " of trap ", fault.trap.number, ", ",
                        Shape(fault.trap), ", flavor ",
                        std::string(setting.host.flavor.name));
  };
  const std::vector<Difference> differences = Explain(setting, fault.trap);
  const std::string named = FieldsOf(differences);
  if (!fault.because.empty()) {
    EXPECT_EQ(named, "") << context() << "; it cannot matter because "
                         << fault.because;
    return;
  }
  EXPECT_FALSE(Agrees(setting, fault.trap)) << context();
  EXPECT_NE(named, "") << context();
  if (fault.fields.empty()) return;
  EXPECT_TRUE(std::any_of(differences.begin(), differences.end(),
                          [&](const Difference& difference) {
                            return std::count(fault.fields.begin(),
                                              fault.fields.end(),
                                              difference.field) != 0;
                          }))
      << context() << " should be named " << absl::StrJoin(fault.fields, " or ")
      << ", not " << named;
  EXPECT_TRUE(!fault.alone || differences.size() == 1)
      << context() << " should be all that differs, but " << named << " do";
}

std::map<std::string, int> PlantEverywhere(FaultMaker make) {
  std::map<std::string, int> reasons;
  for (const char* name : kRecordings) {
    Recording recording;
    LoadShapes(name, kSample, &recording);
    for (const trace::Trap& trap : recording.traps) {
      EXPECT_TRUE(Agrees(recording.setting, trap)) << trap.number;
      for (const Fault& fault : make(recording.setting, trap)) {
        ExpectNamed(recording.setting, fault);
        ++reasons[fault.because];
      }
    }
  }
  return reasons;
}

}  // namespace trapline::replay
