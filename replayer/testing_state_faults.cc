// SPDX-License-Identifier: Apache-2.0

#include "absl/strings/str_cat.h"
#include "model/arch.h"
#include "replayer/testing_faults.h"

namespace trapline::replay {
namespace {

const auto& kIndex = model::kStateIndex;

bool IsSelector(int word) {
  for (int selector :
       {kIndex.gs, kIndex.fs, kIndex.ds, kIndex.es, kIndex.cs, kIndex.ss}) {
    if (word == selector) return true;
  }
  return false;
}

const char* WhyStateCannotMatter(const trace::Trap& trap, int word, int bit) {
  if (word >= static_cast<int>(model::kStateWordNames.size())) {
    return "it tells who ran the handler, not what the handler did";
  }
  if ((trap.present >> word & 1) == 0) return "the word could not be read";
  if (word == kIndex.irqs_pending) return "a host timer changes it meanwhile";
  if (IsSelector(word) && bit >= 16) {
    return "the CPU may leave anything above a selector it pushes";
  }
  return "";
}

const char* WhyGateCannotMatter(const trace::Trap& trap, int bit) {
  bool asked = false, delivered = false;
  for (const trace::Call& call : trap.calls) {
    if (call.kind != trace::DELIVER_TRAP) continue;
    asked = true;
    delivered = call.returned != 0;
  }
  if (!asked) return "the trap is not delivered";
  if (bit == 47) return "";
  if (!delivered) return "an absent gate has no other meaning";
  if (bit < 16 || bit >= 48) return "";
  if (bit < 32) return "the selector is taken to be the guest kernel's";
  if (bit == 45 || bit == 46) return "the host does not look at the DPL";
  if (bit < 40 || bit == 44) return "the bit is reserved";
  const uint32_t type = trap.gate_hi >> 8 & 0xF;
  const uint32_t other = type ^ 1u << (bit - 40);
  if (type != model::kInterruptGate && other != model::kInterruptGate) {
    return "neither type is that of an interrupt gate";
  }
  if (trap.before[kIndex.ld_irq_enabled] == 0) {
    return "interrupts were off already";
  }
  return "";
}

std::vector<std::string> GateFields(const trace::Trap& trap, int bit) {
  if (bit < 16 || bit >= 48) return {"post.eip"};
  if (bit != 47) return {"post.ld_irq_enabled"};
  for (size_t i = 0; i < trap.calls.size(); ++i) {
    // With a gate the model goes on, perhaps into a host BUG.
    if (trap.calls[i].kind == trace::DELIVER_TRAP && trap.calls[i].returned) {
      return {absl::StrCat("calls[", i, "].returned")};
    }
  }
  return {};
}

}  // namespace

Faults StateFaults(const Setting&, const trace::Trap& trap) {
  Faults faults;
  for (int word = 0; word < trace::kWordCount; ++word) {
    for (int bit = 0; bit < 32; ++bit) {
      Fault fault = FaultIn(
          trap, absl::StrCat("post.", std::string(trace::WordName(word))));
      absl::StrAppend(&fault.what, ", bit ", bit);
      fault.trap.after[word] ^= 1u << bit;
      fault.because = WhyStateCannotMatter(trap, word, bit);
      faults.push_back(std::move(fault));
    }
  }
  Fault fault = FaultIn(trap, "returned");
  fault.trap.returned = false;
  fault.trap.after = trap.before;
  faults.push_back(std::move(fault));
  return faults;
}

Faults GateFaults(const Setting&, const trace::Trap& trap) {
  Faults faults;
  for (int bit = 0; bit < 64; ++bit) {
    Fault fault = FaultIn(trap, absl::StrCat("gate, bit ", bit));
    fault.fields = GateFields(trap, bit);
    (bit < 32 ? fault.trap.gate_lo : fault.trap.gate_hi) ^= 1u << bit % 32;
    fault.because = WhyGateCannotMatter(trap, bit);
    fault.alone = bit != 47;
    faults.push_back(std::move(fault));
  }
  return faults;
}

}  // namespace trapline::replay
