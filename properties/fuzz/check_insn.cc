// SPDX-License-Identifier: Apache-2.0

#include "properties/fuzz/check_insn.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <deque>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "model/arch.h"
#include "model/flavor.h"
#include "properties/clauses/insn.h"
#include "properties/clauses/vocabulary.h"
#include "properties/decode/architecture_reader.h"
#include "properties/decode/handler_reader.h"
#include "properties/engines/check_step.h"
#include "properties/engines/guest_tables.h"
#include "properties/engines/plain_guest.h"
#include "properties/engines/show_guest.h"
#include "properties/engines/show_step.h"
#include "properties/prove.h"

namespace trapline::properties {
namespace {

constexpr size_t kMaxInsn = 15;    // SDM volume 2, section 2.3.11
constexpr uint32_t kApart = 0x30;  // a frame that is no neighbour

model::Flavor PartnerOf(const model::Flavor& flavor) {
  for (const DecodingForm& form : DecodingForms()) {
    for (size_t i = 0; i < form.flavors.size(); ++i) {
      if (form.flavors[i]->name != flavor.name) continue;
      return *form.flavors[(i + 1) % form.flavors.size()];
    }
  }
  return flavor;
}

// A host and another whose flavor decodes alike, a guest that waits for its
// code, and what its trap does on either.
struct Site {
  explicit Site(const model::Host& host)
      : host(host), partner(host), checker(host), guest(PlainGuest(host)) {
    partner.flavor = PartnerOf(host.flavor);
    guest.state.trapnum = model::kGeneralProtection;
    guest.gate.lo |= model::kGuestKernelCs << 16;
    next_gpte = EntryAddress(guest, kText + 0x1000, Level::kPage);
  }
  Site(const Site&) = delete;
  Site& operator=(const Site&) = delete;

  const model::Host host;
  model::Host partner;
  const StepChecker checker;
  Guest guest;
  uint32_t next_gpte;  // of the page behind the text's first
  const ConcreteGuest concrete{guest};
  Step<ConcreteGuest> step{concrete, {}, {}, false, {}};
  Step<ConcreteGuest> step_of_partner{concrete, {}, {}, false, {}};
};

std::deque<Site> MakeSites() {
  std::deque<Site> sites;
  for (const model::Flavor& flavor : model::kFlavors) {
    for (const model::Host& host : HostsOf(flavor)) sites.emplace_back(host);
  }
  return sites;
}

// What the input says of the guest.
struct Input {
  explicit Input(Bytes input) {
    const auto byte = [&](size_t i) {
      return i < input.size() ? input[i] : uint8_t{0};
    };
    host = byte(0);
    how = byte(1);
    code.fill(0);
    for (size_t i = 0; i < code.size(); ++i) code[i] = byte(2 + i);
  }

  uint32_t ring() const { return (how + 1) & 3; }
  uint32_t eax() const {
    static constexpr uint32_t kEax[] = {0x12345678, 0, 0xFFFFFFFF, 0xA5C3960F};
    return kEax[(how >> 2) & 3];
  }
  // Of the first byte in its page.
  uint32_t offset() const {
    const uint32_t before_end = (how >> 4) & 3;
    return before_end == 0 ? 0 : 0x1000 - before_end;
  }
  bool apart() const { return (how & 0x40) != 0; }
  uint32_t eflags() const {
    return 0x202 |
           ((how & 0x80) != 0 ? model::kEflagsTf | model::kEflagsRf : 0);
  }

  uint8_t host;
  uint8_t how;
  std::array<uint8_t, kMaxInsn> code;
};

void SetUp(const Input& input, Site* site) {
  Guest* const guest = &site->guest;
  auto& state = guest->state;
  SetRings(guest, input.ring(), input.ring());
  state.eax = input.eax();
  state.eip = kText + input.offset();
  state.eflags = input.eflags();
  const uint32_t next = input.apart() ? kApart : (kTextPa >> 12) + 1;
  guest->PutWord(site->next_gpte, (next << 12) | model::kPageTable);
  const size_t here = std::min<size_t>(kMaxInsn, 0x1000 - input.offset());
  const Bytes code(input.code);
  guest->memory.put(kTextPa + input.offset(), code.subspan(0, here));
  guest->memory.put(next << 12, code.subspan(here));
  if (!input.apart()) return;
  // What is taken for the code where the next physical page is.
  guest->PutWord(kTextPa + 0x1000, 0x9000C1ED);
}

// Whether the handler did something else than a CPU, by Zydis, would have done.
bool DiffersFromZydis(const Step<ConcreteGuest>& step,
                      const Reading& architecture) {
  if (!IsEmulated(step)) return architecture.kind != Reading::kOther;
  if (architecture.kind == Reading::kOther ||
      step.after.eip != step.before.eip + architecture.length) {
    return true;
  }
  // The clauses about eax say nothing where another byte may have been taken.
  return !CrossesPage(step) &&
         step.after.eax != (step.before.eax | architecture.eax);
}

// Whether the ledger says so.
bool IsInLedger(const StepCheck& check) {
  for (const Deviation* deviation : check.deviations) {
    for (const std::string_view clause :
         {"decode.accepts_only", "decode.accepts_all", "decode.length",
          "in.byte", "in.word", "in.ones"}) {
      if (deviation->clause == clause) return true;
    }
  }
  return false;
}

// Whether the clauses, the ledger and Zydis tell the same of a trap.
bool AgreesWithZydis(const Step<ConcreteGuest>& step, const StepCheck& check,
                     const Reading& architecture) {
  if (architecture.kind == Reading::kCli && !IsEmulated(step)) return true;
  return DiffersFromZydis(step, architecture) == IsInLedger(check);
}

// Whether the clauses look at an instruction.
bool IsLookedAt(Bytes code) {
  const Bytes first = code.first(kMaxPrefixes + 1);
  return !std::all_of(first.begin(), first.end(), [](uint8_t byte) {
    return IsPrefix<ConcreteGuest>(byte);
  });
}

// Whether the code was read on as memory has it, as the ledger's E9 says.
bool ReadsOn(const Step<ConcreteGuest>& step, uint32_t pa) {
  for (const auto& access : step.did.accesses) {
    if (access.length == 1 && access.pa != pa++) return false;
  }
  return true;
}

// Whether the partner's handler steps over the same, and as far.
bool AgreesWithPartner(const Step<ConcreteGuest>& step,
                       const Step<ConcreteGuest>& partner) {
  if (IsEmulated(step) != IsEmulated(partner)) return false;
  return !IsEmulated(step) || (step.after.eip == partner.after.eip &&
                               step.after.eax == partner.after.eax);
}

std::string Name(std::string_view name) { return std::string(name); }

}  // namespace

std::string CheckInsn(Bytes bytes, Handler<ConcreteGuest> handler) {
  static auto& sites = *new std::deque<Site>(MakeSites());
  static auto& check = *new StepCheck;
  const Input input(bytes);
  Site& site = sites[input.host % sites.size()];
  Guest& guest = site.guest;
  SetUp(input, &site);
  const auto& step = site.step;
  TakeTrap(handler, &site.step);
  site.checker.Check(step, &check);

  std::string wrong;
  for (const Clause* clause : check.violated) {
    wrong += ShowViolation({clause, guest, 0});
  }
  if (FromKernel(step)) {
    const Reading architecture =
        ReadByArchitecture(input.code).value_or(Reading());
    if (IsLookedAt(input.code) && !AgreesWithZydis(step, check, architecture)) {
      wrong += IsInLedger(check)
                   ? "The ledger has a deviation, Zydis none.\n"
                   : "The handler differs from Zydis, and no clause says so.\n";
    }
    if (!ReadsOn(step, kTextPa + input.offset())) {
      wrong += "Other bytes are read than those at eip and behind it.\n";
    }
    guest.host = site.partner;
    TakeTrap(handler, &site.step_of_partner);
    guest.host = site.host;
    if (!AgreesWithPartner(step, site.step_of_partner)) {
      absl::StrAppend(&wrong, "Other than flavor ",
                      Name(site.partner.flavor.name), ".\n");
    }
  }
  if (wrong.empty()) return "";
  return absl::StrCat(
      HostName(site.host), ", ring ", input.ring(), ", code ",
      absl::BytesToHexString(absl::string_view(
          reinterpret_cast<const char*>(input.code.data()), kMaxInsn)),
      "\n", wrong, ShowStep(guest, handler));
}

Guest InsnGuest(Bytes bytes) {
  static auto& sites = *new auto(MakeSites());
  const Input input(bytes);
  Site& site = sites[input.host % sites.size()];
  SetUp(input, &site);
  return site.guest;
}

std::string InsnInput(const model::Host& host,
                      const model::State<uint32_t>& state, Bytes code) {
  uint8_t place = 0;
  for (const model::Flavor& flavor : model::kFlavors) {
    if (flavor.name == host.flavor.name) break;
    place += HostsOf(flavor).size();
  }
  for (const model::Host& other : HostsOf(host.flavor)) {
    if (other.pae == host.pae && other.address_ok == host.address_ok) break;
    ++place;
  }
  const uint32_t before_end = 0x1000 - (state.eip & 0xFFF);
  uint32_t how = (state.cs - 1) & 3;
  if (before_end <= 3) how |= before_end << 4;
  if ((state.eflags & model::kEflagsTf) != 0) how |= 0x80;
  std::string input = {static_cast<char>(place), static_cast<char>(how)};
  for (const uint8_t byte : code.first(std::min(code.size(), kMaxInsn))) {
    input.push_back(static_cast<char>(byte));
  }
  return input;
}

}  // namespace trapline::properties
