// SPDX-License-Identifier: Apache-2.0

// Tests over every host that the model knows.

#ifndef TRAPLINE_PROPERTIES_ENGINES_TESTING_HOSTS_H_
#define TRAPLINE_PROPERTIES_ENGINES_TESTING_HOSTS_H_

#include <gtest/gtest.h>

#include <ostream>
#include <vector>

#include "model/flavor.h"
#include "properties/engines/show_guest.h"
#include "properties/prove.h"

namespace trapline::model {

inline void PrintTo(const Host& host, std::ostream* out) {
  *out << properties::HostName(host);
}

}  // namespace trapline::model

namespace trapline::properties {

class EachHost : public testing::TestWithParam<model::Host> {};

inline std::vector<model::Host> AllHosts() {
  std::vector<model::Host> all;
  for (const model::Flavor& flavor : model::kFlavors) {
    for (const model::Host& host : HostsOf(flavor)) all.push_back(host);
  }
  return all;
}

#define TRAPLINE_EACH_HOST(suite)                 \
  INSTANTIATE_TEST_SUITE_P(                       \
      Host, suite, testing::ValuesIn(AllHosts()), \
      [](const auto& info) { return HostName(info.param); })

}  // namespace trapline::properties

#endif  // TRAPLINE_PROPERTIES_ENGINES_TESTING_HOSTS_H_
