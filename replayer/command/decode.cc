// SPDX-License-Identifier: Apache-2.0

// The verb `decode`.

#include <array>
#include <cstdio>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "model/concrete.h"
#include "model/emulate_insn.h"
#include "model/flavor.h"
#include "model/rewrite_hypercall.h"
#include "replayer/command/verbs.h"
#include "replayer/report/disassemble.h"

namespace trapline::command {
namespace {

constexpr size_t kMaxInsn = 15;  // SDM volume 2, section 2.3.11
constexpr uint32_t kCode = 0x00100000;

// Memory that holds an instruction at kCode and zeros elsewhere; no paging.
class InsnWorld : public model::ConcreteValues {
 public:
  explicit InsnWorld(std::string insn) : insn_(std::move(insn)) {}

  bool rewritten() const { return rewritten_; }

  uint8_t ReadByte(uint32_t pa, bool) {
    return pa >= kCode && pa - kCode < insn_.size() ? insn_[pa - kCode] : 0;
  }
  std::array<uint8_t, 3> ReadBytes3(uint32_t pa, bool) {
    return {ReadByte(pa, true), ReadByte(pa + 1, true), ReadByte(pa + 2, true)};
  }
  uint32_t ReadWord(uint32_t, bool) { return 0; }
  model::PageEntry<uint32_t> ReadPair(uint32_t, bool) { return {0, 0}; }
  void WriteBytes3(uint32_t, std::array<uint8_t, 3>, bool) {
    rewritten_ = true;
  }
  void WriteWord(uint32_t, uint32_t, bool) {}
  void WritePair(uint32_t, model::PageEntry<uint32_t>, bool) {}
  bool LguestDataAccessible() { return true; }
  bool ShadowAbsent(uint32_t) { return true; }
  bool PageUnavailable(uint32_t) { return false; }
  void DemandPage(uint32_t, uint32_t, bool) {}
  void DeliverTrap(uint32_t, bool) {}
  void PagetableClearAll() {}
  void KillGuest(bool, model::KillReason, uint32_t, uint32_t, uint32_t) {}

 private:
  const std::string insn_;
  bool rewritten_ = false;
};

// What a flavor's handler does with the instruction in the guest kernel, after
// #GP(0).
std::string Outcome(const model::Flavor& flavor, const std::string& insn) {
  constexpr uint32_t kEax = 0x11223344;
  model::Host host;
  host.flavor = flavor;
  host.flavor.has_linear_pages = true;  // so that no page tables are needed
  InsnWorld world(insn);
  model::Cpu<InsnWorld> cpu{host, world, {}, {}};
  cpu.state.linear_pages = 1;
  cpu.state.pfn_limit = 0x4000;
  cpu.state.cs = model::kGuestKernelCs;
  cpu.state.eip = kCode;
  cpu.state.eax = kEax;
  if (model::emulate_insn(cpu)) {
    std::string text =
        absl::StrCat("stepped over, eip + ", cpu.state.eip - kCode);
    if (cpu.state.eax != kEax) {
      absl::StrAppendFormat(&text, ", eax %08x -> %08x", kEax, cpu.state.eax);
    }
    return text;
  }
  if (flavor.rewrites_vmcall && model::is_hypercall(cpu)) {
    return "rewritten to cd 1f 90, run again";
  }
  return "#GP(0) reflected to the guest";
}

int RunDecode(const Arguments& arguments) {
  std::string hex;
  for (const std::string& part : arguments.positional()) hex += part;
  for (char c : hex) {
    if (!absl::ascii_isxdigit(c)) {
      return FailUse(
          absl::StrCat("decode takes hexadecimal digits, not '", hex, "'"));
    }
  }
  if (hex.empty() || hex.size() % 2 != 0 || hex.size() > 2 * kMaxInsn) {
    return FailUse(absl::StrCat("decode takes 1 to ", kMaxInsn,
                                " bytes of two hexadecimal digits each, not ",
                                hex.size(), " digits"));
  }
  const std::string name = arguments.Get("flavor");
  if (arguments.Has("flavor") && model::FindFlavor(name) == nullptr) {
    return FailUse(absl::StrCat("--flavor takes F2 to F10, not '", name, "'"));
  }
  const std::string insn = absl::HexStringToBytes(hex);
  const replay::Instruction arch = replay::Disassemble(insn, kCode);
  std::printf("architecture          %s%s\n", arch.text.c_str(),
              arch.length == 0 ? ""
                               : absl::StrFormat(", %d byte%s", arch.length,
                                                 arch.length == 1 ? "" : "s")
                                     .c_str());
  for (const model::Flavor& flavor : model::kFlavors) {
    if (!name.empty() && flavor.name != name) continue;
    std::printf("%-3s  %-15s  %s\n", std::string(flavor.name).c_str(),
                std::string(flavor.kernels).c_str(),
                Outcome(flavor, insn).c_str());
  }
  return kOk;
}

}  // namespace

Verb DecodeVerb() {
  return {"decode",
          "HEX...",
          "Tells what the handler makes of an instruction, beside what it is",
          "tools/trapline decode 66 ed --flavor F6",
          {{"flavor", "NAME", "only this flavor, F2 to F10"}},
          1,
          SIZE_MAX,
          RunDecode};
}

}  // namespace trapline::command
