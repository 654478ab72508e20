// SPDX-License-Identifier: Apache-2.0

#include "proto/testing_records.h"

#include <iterator>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "proto/columns.h"

namespace trapline::trace {

uint32_t RecordMaker::Word() {
  static constexpr uint32_t kUsual[] = {0, 1, 2, 13, 14, 0x61, 0xC0100000};
  if (Below(2) != 0) return kUsual[Below(std::size(kUsual))];
  return static_cast<uint32_t>(random_());
}

const std::string& RecordMaker::Bytes(size_t length) {
  std::string bytes(length, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random_());
  return bytes_.emplace_back(std::move(bytes));
}

void RecordMaker::Disturb(WordArray* words, int most) {
  for (uint32_t i = Below(most + 1); i != 0; --i) {
    (*words)[Below(kWordCount)] = Word();
  }
}

Access RecordMaker::MakeAccess() {
  static constexpr uint32_t kLengths[] = {1, 2, 3, 4, 7, 8, 0, 5, 6, 16, 300};
  Access access = {};
  access.length = Below(3) != 0 ? 4 : kLengths[Below(std::size(kLengths))];
  access.data = reinterpret_cast<const uint8_t*>(Bytes(access.length).data());
  const uint32_t last =
      trap_.accesses.empty() ? 0 : trap_.accesses.back().address;
  const uint32_t kind = Below(3);
  access.address = kind == 0 ? last : kind == 1 ? last - 4 : Word();
  access.write = Below(2) != 0;
  return access;
}

Call RecordMaker::MakeCall() {
  Call call;
  call.kind = static_cast<CallKind>(1 + Below(4));
  for (int arg = 0; arg < CallArity(call.kind); ++arg) {
    call.args[arg] =
        Below(2) != 0 ? Word() : ExpectedArg(call.kind, arg, trap_.before);
  }
  call.has_returned = Below(4) != 0;
  if (call.has_returned) call.returned = Below(4) == 0 ? Word() : Below(2);
  if (call.kind == KILL_GUEST && Below(4) != 0) {
    call.message = bytes_.emplace_back(
        absl::StrCat("unhandled trap ", Below(40), " at \xC2\xB5"));
  }
  return call;
}

Trap RecordMaker::MakeTrap() {
  trap_.number += Below(8) == 0 ? random_() : 1;
  trap_.seq = 0;
  if (Below(4) == 0) {
    trap_.present = random_() & kWordBits;
  }
  trap_.before = trap_.after;
  Disturb(&trap_.before, 6);
  if (Below(2) != 0) trap_.before[kTrapnum] = Below(2) != 0 ? 14 : 13;
  trap_.after = trap_.before;
  trap_.returned = Below(6) != 0;
  if (trap_.returned) Disturb(&trap_.after, 4);
  trap_.gate_lo = 0;
  trap_.gate_hi = 0;
  if (trap_.before[kTrapnum] < kGates && Below(4) != 0) {
    trap_.gate_lo = 0x00610000 + Below(2);
    trap_.gate_hi = 0xC0108E00;
  }
  trap_.accesses.clear();
  for (uint32_t i = Below(4); i != 0; --i) {
    trap_.accesses.push_back(MakeAccess());
  }
  trap_.calls.clear();
  for (uint32_t i = Below(4); i != 0; --i) trap_.calls.push_back(MakeCall());
  trap_.tsc = Below(16) == 0 ? random_() : trap_.tsc + Below(100000);
  trap_.cycles = Below(16) == 0 ? random_() : Below(100000);
  trap_.insn = Bytes(Below(17));
  trap_.insn_pa.reset();
  if (Below(4) != 0) {
    trap_.insn_pa = Below(2) != 0 ? Word() : trap_.before[kEip] + Below(3) - 1;
  }
  if (Below(3) == 0) {
    trap_.insn = "\x66\xED";
    trap_.insn_pa = 4096;
  }
  return trap_;
}

void RecordMaker::MakeInterrupt(InterruptDelivery* interrupt) {
  for (int i = 0; i < kWordCount; ++i) {
    if (Below(2) == 0)
      MutableColumn(interrupt->mutable_before(), i)->Add(Word());
    if (Below(8) == 0)
      MutableColumn(interrupt->mutable_after(), i)->Add(Word());
  }
  interrupt->set_gate_lo(Word());
  interrupt->set_gate_hi(Word());
  interrupt->set_cycles(Below(100000));
  interrupt->set_not_returned(Below(16) == 0);
  for (uint32_t i = Below(4); i != 0; --i) {
    const Access access = MakeAccess();
    interrupt->add_access(2 * access.length + access.write);
    interrupt->add_address(access.address);
    interrupt->mutable_data()->append(
        reinterpret_cast<const char*>(access.data), access.length);
  }
  for (uint32_t i = Below(4); i != 0; --i) {
    const Call call = MakeCall();
    interrupt->add_call(call.kind);
    interrupt->add_call_word(call.args[0]);
    interrupt->add_call_word(call.args[1]);
    interrupt->add_call_word(call.returned);
    if (call.kind == KILL_GUEST) {
      interrupt->add_message(std::string(call.message));
    }
  }
}

Event RecordMaker::MakeEvent() {
  Event event;
  if (Below(2) != 0) event.set_tsc(random_());
  event.set_guest(Below(3));
  event.set_vcpu(Below(2));
  event.set_host_cpu(Below(2));
  switch (Below(12)) {
    case 0: {
      Hypercall* call = event.mutable_hypercall();
      for (uint32_t i = 0, count = Below(9); i < count; ++i) {
        call->add_args(i < 5 && Below(2) != 0 ? trap_.after[i] : Word());
      }
      call->set_count(static_cast<uint32_t>(call->args_size()));
      call->set_async(Below(2) != 0);
      call->set_slot(Below(64));
      break;
    }
    case 1:
      event.mutable_interrupt()->set_irq(Below(32));
      if (Below(2) != 0) event.mutable_interrupt()->set_eip(Word());
      if (Below(2) != 0) event.mutable_interrupt()->set_esp(Word());
      if (Below(2) != 0) event.mutable_interrupt()->set_irqs_pending(Word());
      MakeInterrupt(event.mutable_interrupt());
      break;
    case 2: {
      RunGuest* run = event.mutable_run();
      run->set_changed(Below(8));
      run->set_tss_sp1(Word());
      run->set_tss_ss1(Word());
      run->set_ts(Below(2) * 8);
      run->set_eip(Word());
      run->set_shadow_cr3(Word());
      run->set_trapnum(Below(2) * 256);
      break;
    }
    case 3:
      for (int i = 0; i < kWordCount; ++i) {
        if (Below(2) == 0) continue;
        MutableColumn(event.mutable_start()->mutable_registers(), i)
            ->Add(Word());
      }
      event.mutable_start()->set_pfn_limit(Word());
      event.mutable_start()->set_mem_base(Word());
      break;
    case 4: {
      GuestInit* init = event.mutable_init();
      init->set_lguest_data(Word());
      init->set_noirq_start(Word());
      init->set_noirq_end(Word());
      init->set_kernel_address(Word());
      init->set_result(Below(2) != 0 ? -14 : 0);
      break;
    }
    case 5:
      event.mutable_death()->set_message(Below(2) != 0 ? "bad stack" : "");
      event.mutable_death()->set_error(Below(2) != 0 ? -12 : 0);
      break;
    case 6:
      event.mutable_idt_entry()->set_num(Below(256));
      event.mutable_idt_entry()->set_lo(Word());
      event.mutable_idt_entry()->set_hi(Word());
      break;
    case 7:
      event.mutable_gdt()->set_table(Word());
      event.mutable_gdt()->set_num(Below(33));
      break;
    case 8:
      event.mutable_gdt_entry()->set_num(Below(32));
      event.mutable_gdt_entry()->set_lo(Word());
      event.mutable_gdt_entry()->set_hi(Word());
      break;
    case 9:
      event.mutable_tls()->set_address(Word());
      break;
    case 10:
      event.mutable_stack()->set_seg(Word());
      event.mutable_stack()->set_esp(Word());
      event.mutable_stack()->set_pages(Below(3));
      break;
    default:
      event.mutable_loss()->set_records(1 + Below(1000));
      break;
  }
  return event;
}

std::vector<Record> RecordMaker::Make(int count, int traps_per_event) {
  std::vector<Record> records;
  for (int i = 0; i < count; ++i) {
    if (Below(traps_per_event) == 0) {
      records.emplace_back(MakeEvent());
    } else {
      records.emplace_back(MakeTrap());
    }
  }
  return records;
}

std::string Describe(const Trap& trap) {
  std::string text = absl::StrCat(
      "trap ", trap.number, " seq ", trap.seq, " present ",
      absl::Hex(trap.present), " gate ", absl::Hex(trap.gate_lo), ":",
      absl::Hex(trap.gate_hi), trap.returned ? "" : " not returned", " tsc ",
      trap.tsc, " cycles ", trap.cycles, " insn ",
      absl::BytesToHexString(trap.insn), " at ",
      trap.insn_pa.has_value() ? absl::StrCat(*trap.insn_pa) : "unknown");
  for (int i = 0; i < kWordCount; ++i) {
    if (trap.before[i] == 0 && trap.after[i] == 0) continue;
    absl::StrAppend(&text, " ", WordName(i), " ", absl::Hex(trap.before[i]),
                    ">", absl::Hex(trap.after[i]));
  }
  for (const Access& access : trap.accesses) {
    absl::StrAppend(
        &text, access.write ? " w " : " r ", absl::Hex(access.address), " ",
        absl::BytesToHexString(absl::string_view(
            reinterpret_cast<const char*>(access.data), access.length)));
  }
  for (const Call& call : trap.calls) {
    absl::StrAppend(&text, " call ", static_cast<int>(call.kind), "(",
                    call.args[0], ",", call.args[1], ",", call.message, ")=",
                    call.has_returned ? absl::StrCat(call.returned) : "none");
  }
  return text;
}

std::string Describe(const Event& event) {
  Event placeless = event;
  placeless.clear_traps();
  return placeless.ShortDebugString();
}

std::vector<std::string> Describe(const std::vector<Record>& records) {
  std::vector<std::string> lines;
  uint64_t seq = 0;
  for (const Record& record : records) {
    if (const Event* event = std::get_if<Event>(&record)) {
      lines.push_back(Describe(*event));
      seq += event->has_loss() ? event->loss().records() : 1;
    } else {
      Trap trap = std::get<Trap>(record);
      trap.seq = seq++;
      lines.push_back(Describe(trap));
    }
  }
  return lines;
}

}  // namespace trapline::trace
