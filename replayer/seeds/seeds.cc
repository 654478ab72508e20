// SPDX-License-Identifier: Apache-2.0

#include "replayer/seeds/seeds.h"

#include <cstdint>
#include <cstring>
#include <optional>
#include <utility>

#include "absl/types/span.h"
#include "model/arch.h"
#include "model/state.h"
#include "properties/coverage/feasible_paths.h"
#include "properties/engines/fuzz.h"
#include "properties/fuzz/check_insn.h"
#include "properties/guest.h"
#include "properties/step.h"
#include "replayer/report/disassemble.h"

namespace trapline::replay {
namespace {

absl::Span<const uint8_t> Bytes(const std::string& input) {
  return {reinterpret_cast<const uint8_t*>(input.data()), input.size()};
}

}  // namespace

std::string PathOfGuest(const properties::Guest& guest) {
  const properties::ConcreteGuest concrete(guest);
  const auto step = properties::TakeTrap(concrete);
  return properties::PathText(step.did.path, step.bug);
}

void SeedMaker::Add(const trace::Trap& trap) {
  const std::optional<TrapPath> path = PathOf(setting_, trap);
  if (!path) return;
  AddGuest(trap, *path);
  AddInsn(trap);
}

void SeedMaker::AddGuest(const trace::Trap& trap, const TrapPath& path) {
  std::string text = path.Text();
  if (handle_trap_.count(text) != 0) return;
  recorded_.Load(trap);
  properties::Guest guest = recorded_.guest();
  guest.shadow_absent = path.shadow_absent;
  guest.page_unavailable = path.page_unavailable;
  std::string seed = properties::BytesOf(guest);
  if (PathOfGuest(properties::GuestOf(Bytes(seed))) != text) {
    without_.insert(std::move(text));
    return;
  }
  without_.erase(text);
  handle_trap_.emplace(std::move(text), std::move(seed));
}

void SeedMaker::AddInsn(const trace::Trap& trap) {
  const uint32_t eip = trap.before[model::kStateIndex.eip];
  const int length = Disassemble(trap.insn, eip).length;
  if (length == 0 ||
      trap.before[model::kStateIndex.trapnum] != model::kGeneralProtection) {
    return;
  }
  const std::string code(trap.insn.substr(0, length));
  model::State<uint32_t> state;
  std::memcpy(&state, trap.before.data(), sizeof(state));
  const std::string seed =
      properties::InsnInput(setting_.host, state, Bytes(code));
  if (!insns_.insert(seed).second) return;
  emulate_insn_.emplace(PathOfGuest(properties::InsnGuest(Bytes(seed))), seed);
}

}  // namespace trapline::replay
