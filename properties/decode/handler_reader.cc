// SPDX-License-Identifier: Apache-2.0

#include "properties/decode/handler_reader.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "model/arch.h"

namespace trapline::properties {
namespace {

// What becomes of eax, and how far eip moves.
struct Outcome {
  bool stepped_over;
  uint32_t eax;
  uint32_t length;
};

Outcome Run(const model::Host& host, BytesWorld& world, InsnHandler handler,
            uint32_t eax) {
  model::Cpu<BytesWorld> cpu{host, world, {}, {}};
  cpu.state.linear_pages = 1;
  cpu.state.pfn_limit = 0x1000;
  cpu.state.cs = model::kGuestKernelCs;
  cpu.state.eip = BytesWorld::kCode;
  cpu.state.eax = eax;
  const bool stepped_over = handler(cpu);
  return {stepped_over, cpu.state.eax, cpu.state.eip - BytesWorld::kCode};
}

bool DecodeAlike(const model::Flavor& a, const model::Flavor& b) {
  return a.in_form == b.in_form && a.skips_cli == b.skips_cli;
}

}  // namespace

std::optional<Reading> ReadByHandler(const model::Flavor& flavor, Bytes start,
                                     InsnHandler handler) {
  model::Host host;
  host.flavor = flavor;
  host.flavor.has_linear_pages = true;  // so that no page tables are needed
  BytesWorld world(start);
  const Outcome zeros = Run(host, world, handler, 0);
  if (world.asked_for_more()) return std::nullopt;
  if (!zeros.stepped_over) return Reading();
  const Outcome ones = Run(host, world, handler, 0xFFFFFFFF);
  return Reading{world.kind(), zeros.length, zeros.eax | ~ones.eax};
}

const std::vector<DecodingForm>& DecodingForms() {
  static const auto* const kForms = [] {
    auto* forms = new std::vector<DecodingForm>;
    for (const model::Flavor& flavor : model::kFlavors) {
      const absl::string_view name(flavor.name.data(), flavor.name.size());
      const auto form =
          std::find_if(forms->begin(), forms->end(), [&](const auto& form) {
            return DecodeAlike(*form.flavors.front(), flavor);
          });
      if (form == forms->end()) {
        forms->push_back({std::string(name), {&flavor}});
      } else {
        absl::StrAppend(&form->name, " ", name);
        form->flavors.push_back(&flavor);
      }
    }
    return forms;
  }();
  return *kForms;
}

}  // namespace trapline::properties
