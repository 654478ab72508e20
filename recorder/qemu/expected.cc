// SPDX-License-Identifier: Apache-2.0

#include "recorder/qemu/expected.h"

#include <cstring>
#include <deque>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "proto/columns.h"
#include "proto/words.h"

namespace trapline::qemu {
namespace {

using trace::Event;
using trace::Trap;
using trace::Words;

constexpr int Index(int field) { return field - 1; }

constexpr int kGuest = Index(Words::kGuestFieldNumber);
constexpr int kInLguestData = Index(Words::kLdIrqEnabledFieldNumber);
constexpr int kRegisters = Index(Words::kSsFieldNumber) + 1;

// Plays a guest, and keeps the words of its state.
class Guest {
 public:
  explicit Guest(const script_order& order) : order_(order) {}

  std::vector<Line> Play() {
    Start();
    for (uint32_t i = 1; i <= order_.traps && !ended_; ++i) {
      Hypercalls(i - 1);
      if (script_interrupts(i)) Interrupt(i);
      Run();
      PlayTrap(i);
    }
    Event death;
    death.mutable_death()->set_message(message_);
    Add(death);
    return std::move(lines_);
  }

 private:
  uint32_t& Word(int field) { return words_[Index(field)]; }

  template <typename Record>
  void Add(Record record) {
    lines_.push_back(LineOf(std::move(record)));
  }

  uint64_t Present() {
    const uint64_t all = (uint64_t{1} << kGuest) - 1;
    return Word(Words::kLguestDataFieldNumber) != 0
               ? all
               : all & ((uint64_t{1} << kInLguestData) - 1);
  }

  void Start() {
    for (const int field : {Words::kDsFieldNumber, Words::kEsFieldNumber,
                            Words::kSsFieldNumber}) {
      Word(field) = 0x69;
    }
    Word(Words::kCsFieldNumber) = 0x61;
    Word(Words::kEflagsFieldNumber) = 0x202;
    Word(Words::kEipFieldNumber) = SCRIPT_TEXT;
    Word(Words::kGpgdirFieldNumber) = SCRIPT_GPGDIR;
    Word(Words::kEsp1FieldNumber) = SCRIPT_ESP1;
    Word(Words::kSs1FieldNumber) = 0x69;
    Word(Words::kStackPagesFieldNumber) = 2;
    Word(Words::kPfnLimitFieldNumber) = SCRIPT_PAGES;
    Event event;
    for (int i = 0; i < kInLguestData; ++i) {
      trace::MutableColumn(event.mutable_start()->mutable_registers(), i)
          ->Add(words_[i]);
    }
    event.mutable_start()->set_pfn_limit(SCRIPT_PAGES);
    Add(event);
  }

  // Those of trap `i`, if it was one.
  void Hypercalls(uint32_t i) {
    if (Word(Words::kHcallPendingFieldNumber) == 0) return;
    const uint32_t ring = script_ring_calls(i);
    uint32_t& slot = Word(Words::kNextHcallFieldNumber);
    for (uint32_t call = 1; call <= ring; ++call) {
      Event event;
      trace::Hypercall* hypercall = event.mutable_hypercall();
      for (uint32_t n = 0; n < 5; ++n) {
        hypercall->add_args(script_argument(i, call, n));
      }
      hypercall->set_count(5);
      hypercall->set_async(true);
      hypercall->set_slot((slot + call - 1) % SCRIPT_RING);
      Add(event);
    }
    Event direct;
    for (int n = 0; n < 5; ++n) {
      direct.mutable_hypercall()->add_args(words_[n]);
    }
    direct.mutable_hypercall()->set_count(5);
    Add(direct);
    for (uint32_t call = 1; call <= ring; ++call) Load(i, call);
    slot = (slot + ring) % SCRIPT_RING;
    if (words_[SCRIPT_EAX] == SCRIPT_INIT_CALL) Init();
    Word(Words::kHcallPendingFieldNumber) = 0;
  }

  void Load(uint32_t i, uint32_t call) {
    const auto argument = [&](uint32_t n) {
      return script_argument(i, call, n);
    };
    Event event;
    switch (argument(0)) {
      case SCRIPT_IDT_CALL:
        event.mutable_idt_entry()->set_num(argument(1));
        event.mutable_idt_entry()->set_lo(argument(2));
        event.mutable_idt_entry()->set_hi(argument(3));
        break;
      case SCRIPT_STACK_CALL:
        event.mutable_stack()->set_seg(argument(1));
        event.mutable_stack()->set_esp(argument(2));
        event.mutable_stack()->set_pages(argument(3));
        break;
      case SCRIPT_TLS_CALL:
        event.mutable_tls()->set_address(argument(1));
        break;
      case SCRIPT_GDT_CALL:
        event.mutable_gdt_entry()->set_num(argument(1));
        event.mutable_gdt_entry()->set_lo(argument(2));
        event.mutable_gdt_entry()->set_hi(argument(3));
        break;
      default:
        return;
    }
    Add(event);
  }

  void Init() {
    Word(Words::kLguestDataFieldNumber) = 1;
    Word(Words::kNoirqStartFieldNumber) = SCRIPT_NOIRQ;
    Word(Words::kNoirqEndFieldNumber) = SCRIPT_NOIRQ + 16;
    Word(Words::kKernelAddressFieldNumber) = SCRIPT_KERNEL;
    Word(Words::kLdBlockedFieldNumber) = 0xFFFFFFFF;
    Word(Words::kLdIrqPendingFieldNumber) = 0xFFFFFFFF;
    Event event;
    event.mutable_init()->set_lguest_data(SCRIPT_DATA);
    event.mutable_init()->set_noirq_start(SCRIPT_NOIRQ);
    event.mutable_init()->set_noirq_end(SCRIPT_NOIRQ + 16);
    event.mutable_init()->set_kernel_address(SCRIPT_KERNEL);
    Add(event);
  }

  void Run() {
    Event event;
    trace::RunGuest* run = event.mutable_run();
    run->set_changed(Word(Words::kChangedFieldNumber));
    run->set_tss_sp1(SCRIPT_ESP1);
    run->set_tss_ss1(0x69);
    run->set_ts(Word(Words::kTsFieldNumber));
    run->set_eip(Word(Words::kEipFieldNumber));
    run->set_trapnum(Word(Words::kTrapnumFieldNumber));
    Add(event);
  }

  void SetGuest(const uint32_t* registers, uint32_t irq_enabled, uint32_t cr2) {
    std::memcpy(words_.data(), registers, kRegisters * sizeof(uint32_t));
    if (Word(Words::kLguestDataFieldNumber) == 0) return;
    Word(Words::kLdIrqEnabledFieldNumber) = irq_enabled;
    Word(Words::kLdCr2FieldNumber) = cr2;
  }

  // The accesses and calls of the steps from `begin` to `end`.
  void PlaySteps(const script_trap& script, uint32_t begin, uint32_t end,
                 Trap* trap) {
    for (uint32_t s = begin; s < end; ++s) {
      const script_step& step = script.step[s];
      if (step.kind == SCRIPT_READ || step.kind == SCRIPT_WRITE) {
        const uint32_t word =
            step.kind == SCRIPT_WRITE
                ? step.value
                : script_word(step.argument & ~3u) >> 8 * (step.argument % 4);
        std::string& data = data_.emplace_back(sizeof word, '\0');
        std::memcpy(&data[0], &word, sizeof word);
        trap->accesses.push_back({reinterpret_cast<const uint8_t*>(data.data()),
                                  step.argument, step.length,
                                  step.kind == SCRIPT_WRITE});
        continue;
      }
      PlaySteps(script, s + 1, s + 1 + step.inside, trap);
      s += step.inside;
      trace::Call call;
      call.kind = step.kind == SCRIPT_DEMAND_PAGE ? trace::DEMAND_PAGE
                                                  : trace::DELIVER_TRAP;
      call.args[0] = step.argument;
      call.args[1] = step.kind == SCRIPT_DEMAND_PAGE ? step.value : 0;
      call.has_returned = true;
      call.returned = step.returned;
      trap->calls.push_back(call);
    }
  }

  void PlayTrap(uint32_t i) {
    const bool dies = i == order_.at && (order_.flags & SCRIPT_DIES) != 0;
    const bool vanishes =
        i == order_.at && (order_.flags & SCRIPT_VANISHES) != 0;
    script_trap script;
    script_trap_of(i, dies, &script);
    SetGuest(script.before, script.irq_enabled, script.cr2);
    Word(Words::kLastPagefaultFieldNumber) = script.last_pagefault;
    Word(Words::kTsFieldNumber) = script.ts;
    Word(Words::kChangedFieldNumber) = i % 8;
    Trap trap = Begin(script);
    std::string insn;
    const uint32_t pa =
        (script_gpte(4) & ~0xFFFu) | (script.before[SCRIPT_EIP] & 0xFFF);
    for (uint32_t at = pa; at < pa + 16; at += 4) {
      const uint32_t word = script_word(at);
      insn.append(reinterpret_cast<const char*>(&word), sizeof word);
    }
    trap.insn = insn;
    trap.insn_pa = pa;
    if (vanishes) {
      trap.returned = false;
      ended_ = true;
      Add(trap);
      return;
    }
    PlaySteps(script, 0, script.steps, &trap);
    SetGuest(script.after, script.irq_enabled_after, script.cr2_after);
    Word(Words::kHcallPendingFieldNumber) = script.hcall_after;
    if (dies) {
      message_ = absl::StrFormat(
          "unhandled trap %u at 0x%x (0x%x)", script.before[SCRIPT_TRAPNUM],
          script.before[SCRIPT_EIP], script.before[SCRIPT_ERRCODE]);
      trace::Call kill;
      kill.kind = trace::KILL_GUEST;
      kill.message = message_;
      // Seen at the return of the handler.
      trap.calls.push_back(kill);
      Word(Words::kDeadFieldNumber) = 1;
      ended_ = true;
    }
    trap.after = words_;
    Add(trap);
  }

  Trap Begin(const script_trap& script) {
    Trap trap;
    trap.present = Present() | uint64_t{7} << kGuest;
    trap.before = trap.after = words_;
    trap.gate_lo = script.gate_lo;
    trap.gate_hi = script.gate_hi;
    return trap;
  }

  void Interrupt(uint32_t i) {
    script_trap script;
    script_interrupt(i, &script);
    Event event;
    trace::InterruptDelivery* interrupt = event.mutable_interrupt();
    interrupt->set_irq(i % 32);
    interrupt->set_gate_lo(script.gate_lo);
    interrupt->set_gate_hi(script.gate_hi);
    for (int word = 0; word < kGuest; ++word) {
      trace::MutableColumn(interrupt->mutable_before(), word)
          ->Add(words_[word]);
    }
    for (int word = 0; word < kRegisters; ++word) {
      if (script.after[word] == script.before[word]) continue;
      trace::MutableColumn(interrupt->mutable_after(), word)
          ->Add(script.after[word]);
    }
    if (script.after[SCRIPT_EIP] != script.before[SCRIPT_EIP]) {
      interrupt->set_eip(script.after[SCRIPT_EIP]);
      interrupt->set_esp(script.after[SCRIPT_SP]);
    }
    Trap trap;
    PlaySteps(script, 0, script.steps, &trap);
    for (const trace::Access& access : trap.accesses) {
      interrupt->add_access(2 * access.length + (access.write ? 1 : 0));
      interrupt->add_address(access.address);
      interrupt->mutable_data()->append(
          reinterpret_cast<const char*>(access.data), access.length);
    }
    std::memcpy(words_.data(), script.after, sizeof script.after);
    Add(event);
  }

  const script_order order_;
  trace::WordArray words_ = {};
  std::string message_;
  bool ended_ = false;
  std::deque<std::string> data_;
  std::vector<Line> lines_;
};

}  // namespace

std::vector<Line> Expected(const script_order& order) {
  return Guest(order).Play();
}

}  // namespace trapline::qemu
