// SPDX-License-Identifier: Apache-2.0

// Prints feasible_paths.inc:
//
//   bazel run //properties/coverage:list_feasible_paths > paths.inc
//   mv paths.inc properties/coverage/feasible_paths.inc

#include <cstdio>
#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "properties/coverage/explore_paths.h"
#include "properties/coverage/feasible_paths.h"
#include "properties/prove.h"

int main() {
  using namespace trapline::properties;
  const auto& kinds = HostKinds();
  std::map<std::string, std::string> rows;  // text to columns
  std::string names;
  for (size_t i = 0; i < kinds.size(); ++i) {
    absl::StrAppend(&names, i == 0 ? "" : ", ", kinds[i].Name());
    trapline::model::Host host;
    host.flavor = *kinds[i].flavor;
    host.pae = kinds[i].pae;
    const auto texts = ExplorePathTexts(host);
    if (!texts.ok()) {
      std::fprintf(stderr, "%s: %s\n", kinds[i].Name().c_str(),
                   texts.status().ToString().c_str());
      return 1;
    }
    for (const std::string& text : *texts) {
      std::string& columns = rows[text];
      columns.resize(kinds.size(), '.');
      columns[i] = '#';
    }
  }
  std::printf(
      "// SPDX-License-Identifier: Apache-2.0\n"
      "// Printed by list_feasible_paths.cc, compared with Z3 by "
      "feasible_paths_test.cc.\n"
      "// %s\n",
      names.c_str());
  for (const auto& [text, columns] : rows) {
    std::printf("PATH(\"%s\", \"%s\")\n", columns.c_str(), text.c_str());
  }
  return 0;
}
