// SPDX-License-Identifier: Apache-2.0

#include "traces/good/told_state.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "model/arch.h"
#include "model/state.h"
#include "proto/columns.h"
#include "proto/words.h"

namespace trapline::traces {
namespace {

using model::kStateIndex;
using trace::Event;

constexpr uint32_t kLoadGdt = 3;  // until 2.6.29
constexpr uint32_t kLoadTls = 16;
constexpr uint32_t kLoadGdtEntry = 18;

// What a hypercall can give, and nothing else changes.
const int kTold[] = {kStateIndex.ts,          kStateIndex.gpgdir,
                     kStateIndex.esp1,        kStateIndex.ss1,
                     kStateIndex.stack_pages, kStateIndex.noirq_start,
                     kStateIndex.noirq_end,   kStateIndex.kernel_address};

constexpr uint32_t kGateCs = 0x61;  // __KERNEL_CS | GUEST_PL
constexpr uint32_t kGateKept = 0xFFFFEF00;

// The vectors that load_guest_idt_entry leaves alone: NMI, double fault,
// spurious interrupt, hypercall.
bool IsHosts(uint32_t vector) {
  return vector == 2 || vector == 8 || vector == 15 || vector == 31;
}

// Linux before 2.6.30 takes arguments from edx, ebx, ecx, later ones from ebx,
// ecx, edx.
bool HasOldArguments(const trace::Header& header) {
  return header.flavor() == "F2" || header.flavor() == "F3" ||
         header.flavor() == "F4";
}

}  // namespace

ToldState::ToldState(const trace::Header& header)
    : old_arguments_(HasOldArguments(header)) {}

void ToldState::Add(const Event& event) {
  where_ = absl::StrCat("event at TSC ", event.tsc());
  // What was lost is anybody's.
  if (event.has_loss()) guests_.clear();
  Guest* const guest = &guests_[{event.guest(), event.vcpu()}];
  switch (event.what_case()) {
    case Event::kStart:
      return AddStart(event.start(), guest);
    case Event::kHypercall:
      return AddHypercall(event.hypercall(), guest);
    case Event::kInit:
      guest->words[kStateIndex.noirq_start] = event.init().noirq_start();
      guest->words[kStateIndex.noirq_end] = event.init().noirq_end();
      guest->words[kStateIndex.kernel_address] = event.init().kernel_address();
      return;
    case Event::kRun:
      CompareWord(*guest, kStateIndex.ts, event.run().ts());
      CompareWord(*guest, kStateIndex.esp1, event.run().tss_sp1());
      CompareWord(*guest, kStateIndex.ss1, event.run().tss_ss1());
      return;
    case Event::kIdtEntry:
      return AddEffect({event.what_case(),
                        {event.idt_entry().num(), event.idt_entry().lo(),
                         event.idt_entry().hi()}},
                       guest);
    case Event::kGdt:
      return AddEffect(
          {event.what_case(), {event.gdt().table(), event.gdt().num(), 0}},
          guest);
    case Event::kGdtEntry:
      return AddEffect({event.what_case(),
                        {event.gdt_entry().num(), event.gdt_entry().lo(),
                         event.gdt_entry().hi()}},
                       guest);
    case Event::kTls:
      return AddEffect({event.what_case(), {event.tls().address(), 0, 0}},
                       guest);
    case Event::kStack:
      return AddEffect(
          {event.what_case(),
           {event.stack().seg(), event.stack().esp(), event.stack().pages()}},
          guest);
    default:
      return;
  }
}

void ToldState::AddStart(const trace::GuestStart& start, Guest* guest) {
  *guest = Guest();
  guest->from_start = true;
  for (const int word : kTold) {
    // That of the start is made after this, in some kernels.
    if (word == kStateIndex.gpgdir) continue;
    const auto& column = trace::GetColumn(start.registers(), word);
    if (!column.empty()) guest->words[word] = column[0];
  }
}

void ToldState::AddHypercall(const trace::Hypercall& call, Guest* guest) {
  std::array<uint32_t, 3> args = {};
  if (call.args_size() < 4) return;
  for (int i = 0; i < 3; ++i) {
    args[i] = call.args(old_arguments_ ? 1 + (i + 2) % 3 : 1 + i);
  }
  switch (call.args(0)) {
    case kNewPgtable:
      guest->words[kStateIndex.gpgdir] = args[0];
      return;
    case kLoadIdtEntry: {
      guest->asked.push_back({Event::kIdtEntry, args});
      const auto [num, lo, hi] = args;
      if (IsHosts(num)) return;
      guest->gates[num] =
          (hi & model::kGatePresent) != 0
              ? Gate(kGateCs << 16 | (lo & 0xFFFF), hi & kGateKept)
              : Gate();
      return;
    }
    case kSetStack:
      guest->asked.push_back({Event::kStack, args});
      guest->words[kStateIndex.ss1] = args[0];
      guest->words[kStateIndex.esp1] = args[1];
      guest->words[kStateIndex.stack_pages] = args[2];
      return;
    case kTs:
      guest->words[kStateIndex.ts] = args[0];
      return;
    case kLoadGdt:
      guest->asked.push_back({Event::kGdt, {args[0], args[1], 0}});
      return;
    case kLoadGdtEntry:
      guest->asked.push_back({Event::kGdtEntry, args});
      return;
    case kLoadTls:
      guest->asked.push_back({Event::kTls, {args[0], 0, 0}});
      return;
    default:
      return;
  }
}

// Hypercalls are recorded as they are about to be done, each run of them
// before the first effect.
void ToldState::AddEffect(const Effect& effect, Guest* guest) {
  ++compared_["effect"];
  if (!guest->asked.empty() && guest->asked.front() == effect) {
    guest->asked.pop_front();
  } else if (guest->from_start) {
    surprises_.push_back(where_ + ": a load that no hypercall asked for");
  }
}

void ToldState::Add(const trace::Trap& trap) {
  where_ = absl::StrCat("trap ", trap.number);
  Guest& guest = guests_[{trap.before[*trace::WordIndex("guest")],
                          trap.before[*trace::WordIndex("vcpu")]}];
  for (const int word : kTold) {
    if (trap.present >> word & 1) CompareWord(guest, word, trap.before[word]);
  }
  guest.words.emplace(kStateIndex.gpgdir, trap.before[kStateIndex.gpgdir]);
  const uint32_t vector = trap.before[kStateIndex.trapnum];
  const auto gate = guest.gates.find(vector);
  if (gate != guest.gates.end() || guest.from_start) {
    const Gate told = gate != guest.gates.end() ? gate->second : Gate();
    Compare("gate", trap.gate_lo, told.first);
    Compare("gate", trap.gate_hi, told.second);
  }
  if (!guest.asked.empty() && guest.from_start) {
    surprises_.push_back(where_ + ": a hypercall before it was not done");
    guest.asked.clear();
  }
}

void ToldState::CompareWord(const Guest& guest, int word, uint32_t recorded) {
  const auto told = guest.words.find(word);
  if (told == guest.words.end()) return;
  Compare(model::kStateWordNames[word], recorded, told->second);
}

void ToldState::Compare(const char* what, uint32_t recorded, uint32_t told) {
  ++compared_[what];
  if (recorded == told) return;
  surprises_.push_back(absl::StrFormat("%s: %s is %08x, hypercalls tell %08x",
                                       where_, what, recorded, told));
}

}  // namespace trapline::traces
