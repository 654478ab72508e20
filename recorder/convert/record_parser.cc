// SPDX-License-Identifier: Apache-2.0

#include "recorder/convert/record_parser.h"

#include <cstring>
#include <iterator>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/stubs/common.h"
#include "recorder/convert/payload.h"

namespace trapline::convert {
namespace {

// What a trap has, as the event of an interrupt has it.
void SetInterrupt(const trace::Trap& trap, trace::InterruptDelivery* event) {
  uint64_t changed = 0;
  for (int i = 0; i < TRAPLINE_WORDS; ++i) {
    changed |= uint64_t{trap.before[i] != trap.after[i]} << i;
  }
  event->set_irq(static_cast<uint32_t>(trap.number));
  if ((changed >> TRAPLINE_EIP & 1) != 0) {
    event->set_eip(trap.after[TRAPLINE_EIP]);
    event->set_esp(trap.after[TRAPLINE_ESP]);
  }
  if ((changed >> TRAPLINE_IRQS_PENDING & 1) != 0) {
    event->set_irqs_pending(trap.after[TRAPLINE_IRQS_PENDING]);
  }
  SetColumns(trap.before, trap.present & kWords, event->mutable_before());
  if (changed != 0) SetColumns(trap.after, changed, event->mutable_after());
  event->set_gate_lo(trap.gate_lo);
  event->set_gate_hi(trap.gate_hi);
  event->set_cycles(trap.cycles);
  event->set_not_returned(!trap.returned);
  for (const trace::Access& access : trap.accesses) {
    event->add_access(2 * access.length + (access.write ? 1 : 0));
    event->add_address(access.address);
    event->mutable_data()->append(reinterpret_cast<const char*>(access.data),
                                  access.length);
  }
  for (const trace::Call& call : trap.calls) {
    event->add_call(call.kind);
    for (const uint32_t word : {call.args[0], call.args[1], call.returned}) {
      event->add_call_word(word);
    }
    if (call.kind == trace::KILL_GUEST) {
      event->add_message(std::string(call.message));
    }
  }
}

bool ParseHypercall(Payload* payload, uint16_t flags, trace::Hypercall* event) {
  trapline_hypercall call;
  if (!payload->Take(&call) || call.count > std::size(call.args)) return false;
  for (uint32_t i = 0; i < call.count; ++i) event->add_args(call.args[i]);
  event->set_async((flags & TRAPLINE_ASYNC) != 0);
  event->set_slot(event->async() ? call.slot : 0);
  return true;
}

bool ParseLoad(Payload* payload, uint16_t kind, trace::Event* event) {
  trapline_load load;
  if (!payload->Take(&load)) return false;
  const uint32_t(&args)[4] = load.args;
  if (kind == TRAPLINE_IDT_ENTRY) {
    event->mutable_idt_entry()->set_num(args[0]);
    event->mutable_idt_entry()->set_lo(args[1]);
    event->mutable_idt_entry()->set_hi(args[2]);
  } else if (kind == TRAPLINE_GDT) {
    event->mutable_gdt()->set_table(args[0]);
    event->mutable_gdt()->set_num(args[1]);
  } else if (kind == TRAPLINE_GDT_ENTRY) {
    event->mutable_gdt_entry()->set_num(args[0]);
    event->mutable_gdt_entry()->set_lo(args[1]);
    event->mutable_gdt_entry()->set_hi(args[2]);
  } else if (kind == TRAPLINE_TLS) {
    event->mutable_tls()->set_address(args[0]);
  } else {
    event->mutable_stack()->set_seg(args[0]);
    event->mutable_stack()->set_esp(args[1]);
    event->mutable_stack()->set_pages(args[2]);
  }
  return true;
}

bool ParseInit(Payload* payload, trace::GuestInit* event) {
  trapline_init init;
  if (!payload->Take(&init)) return false;
  event->set_lguest_data(init.lguest_data);
  event->set_noirq_start(init.noirq_start);
  event->set_noirq_end(init.noirq_end);
  event->set_kernel_address(init.kernel_address);
  event->set_result(init.result);
  return true;
}

bool ParseRun(Payload* payload, trace::RunGuest* event) {
  trapline_run run;
  if (!payload->Take(&run)) return false;
  event->set_changed(run.changed);
  event->set_tss_sp1(run.esp1);
  event->set_tss_ss1(run.ss1);
  event->set_ts(run.ts);
  event->set_trapnum(run.trapnum);
  event->set_eip(run.eip);
  event->set_shadow_cr3(run.shadow_cr3);
  return true;
}

bool ParseStart(Payload* payload, trace::GuestStart* event) {
  trapline_start start;
  if (!payload->Take(&start)) return false;
  trace::WordArray words = {};
  std::memcpy(words.data(), start.words, sizeof start.words);
  SetColumns(words, start.present & kWords, event->mutable_registers());
  event->set_pfn_limit(start.pfn_limit);
  event->set_mem_base(start.mem_base);
  return true;
}

bool ParseDeath(Payload* payload, trace::GuestDeath* event) {
  trapline_death death;
  if (!payload->Take(&death)) return false;
  const auto message = payload->Take(size_t{death.length});
  if (!message) return false;
  event->set_message(AsText(*message));
  event->set_error(death.error);
  return true;
}

}  // namespace

std::string AsText(absl::string_view text) {
  return google::protobuf::internal::IsStructurallyValidUTF8(
             text.data(), static_cast<int>(text.size()))
             ? std::string(text)
             : absl::CHexEscape(text);
}

absl::StatusOr<std::variant<NoRecord, const trace::Trap*, trace::Event>>
RecordParser::Parse(const RawRecord& record) {
  const trapline_record& head = record.head;
  trace::Event event;
  event.set_tsc(head.tsc);
  event.set_guest(head.guest);
  event.set_vcpu(head.vcpu);
  event.set_host_cpu(head.host_cpu);
  Payload payload(record.bytes.substr(sizeof head));
  bool right = true;
  switch (head.kind) {
    case TRAPLINE_STATUS:
      return NoRecord();
    case TRAPLINE_TRAP:
    case TRAPLINE_INTERRUPT: {
      absl::Status status = ParseTrap(record);
      if (!status.ok()) return status;
      if ((head.flags & TRAPLINE_UNLOADED) != 0) {
        trace::Event loss;
        loss.mutable_loss()->set_records(1);
        return loss;
      }
      if (head.kind == TRAPLINE_TRAP) return &trap_;
      SetInterrupt(trap_, event.mutable_interrupt());
      return event;
    }
    case TRAPLINE_HYPERCALL:
      right = ParseHypercall(&payload, head.flags, event.mutable_hypercall());
      break;
    case TRAPLINE_IDT_ENTRY:
    case TRAPLINE_GDT:
    case TRAPLINE_GDT_ENTRY:
    case TRAPLINE_TLS:
    case TRAPLINE_STACK:
      right = ParseLoad(&payload, head.kind, &event);
      break;
    case TRAPLINE_INIT:
      right = ParseInit(&payload, event.mutable_init());
      break;
    case TRAPLINE_RUN:
      right = ParseRun(&payload, event.mutable_run());
      break;
    case TRAPLINE_START:
      right = ParseStart(&payload, event.mutable_start());
      break;
    case TRAPLINE_DEATH:
      right = ParseDeath(&payload, event.mutable_death());
      break;
    default:
      return absl::DataLossError(
          absl::StrCat("is of the unknown kind ", head.kind));
  }
  if (!right) return TooShort();
  return event;
}

}  // namespace trapline::convert
