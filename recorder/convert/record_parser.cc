// SPDX-License-Identifier: Apache-2.0

#include "recorder/convert/record_parser.h"

#include <cstring>
#include <optional>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/stubs/common.h"
#include "proto/columns.h"
#include "proto/words.h"

namespace trapline::convert {
namespace {

using trace::Words;

// The words of a record are the first columns of Words; behind them stand
// guest, vcpu and host_cpu.
constexpr int kGuest = Words::kGuestFieldNumber - 1;
constexpr int kVcpu = Words::kVcpuFieldNumber - 1;
constexpr int kHostCpu = Words::kHostCpuFieldNumber - 1;
static_assert(TRAPLINE_EAX == Words::kEaxFieldNumber - 1);
static_assert(TRAPLINE_TRAPNUM == Words::kTrapnumFieldNumber - 1);
static_assert(TRAPLINE_SS == Words::kSsFieldNumber - 1);
static_assert(TRAPLINE_GPGDIR == Words::kGpgdirFieldNumber - 1);
static_assert(TRAPLINE_STACK_PAGES == Words::kStackPagesFieldNumber - 1);
static_assert(TRAPLINE_DEAD == Words::kDeadFieldNumber - 1);
static_assert(TRAPLINE_LD_IRQ_PENDING == Words::kLdIrqPendingFieldNumber - 1);
static_assert(TRAPLINE_WORDS == kGuest && kHostCpu + 1 == trace::kWordCount);

constexpr uint64_t kWords = (uint64_t{1} << TRAPLINE_WORDS) - 1;
constexpr int kMaxInsn = 16;

// Takes structures off the front of bytes.
class Payload {
 public:
  explicit Payload(absl::string_view bytes) : bytes_(bytes) {}

  template <typename T>
  bool Take(T* value) {
    if (bytes_.size() < sizeof *value) return false;
    std::memcpy(value, bytes_.data(), sizeof *value);
    bytes_.remove_prefix(sizeof *value);
    return true;
  }

  std::optional<absl::string_view> Take(size_t size) {
    if (bytes_.size() < size) return std::nullopt;
    const absl::string_view taken = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return taken;
  }

  size_t size() const { return bytes_.size(); }

 private:
  absl::string_view bytes_;
};

absl::Status TooShort() {
  return absl::DataLossError("is shorter than its kind is");
}

// One step; false where it is none.
bool ParseStep(Payload* steps, trace::Trap* trap,
               std::deque<std::string>* messages) {
  trapline_step step;
  if (!steps->Take(&step)) return false;
  const auto data = steps->Take(step.length);
  if (!data || !steps->Take((4 - step.length % 4) % 4)) return false;
  trace::Call call;
  switch (step.kind) {
    case TRAPLINE_READ:
    case TRAPLINE_WRITE:
      trap->accesses.push_back({reinterpret_cast<const uint8_t*>(data->data()),
                                step.argument, step.length,
                                step.kind == TRAPLINE_WRITE});
      return true;
    case TRAPLINE_DEMAND_PAGE:
      if (data->size() != sizeof call.args[1]) return false;
      call.kind = trace::DEMAND_PAGE;
      std::memcpy(&call.args[1], data->data(), sizeof call.args[1]);
      break;
    case TRAPLINE_DELIVER_TRAP:
      call.kind = trace::DELIVER_TRAP;
      break;
    case TRAPLINE_CLEAR_ALL:
      call.kind = trace::GUEST_PAGETABLE_CLEAR_ALL;
      break;
    case TRAPLINE_KILL:
      call.kind = trace::KILL_GUEST;
      call.message = messages->emplace_back(AsText(*data));
      break;
    default:
      return false;
  }
  if (trace::CallArity(call.kind) != 0) {
    call.args[0] = step.argument;
    call.has_returned = true;
    call.returned = step.returned;
  }
  trap->calls.push_back(call);
  return true;
}

void SetColumns(const trace::WordArray& words, uint64_t which, Words* columns) {
  for (int i = 0; i < TRAPLINE_WORDS; ++i) {
    if ((which >> i & 1) == 0) continue;
    trace::MutableColumn(columns, i)->Add(words[i]);
  }
}

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
  SetColumns(trap.after, changed, event->mutable_after());
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

absl::Status RecordParser::ParseTrap(const RawRecord& record) {
  trap_.accesses.clear();
  trap_.calls.clear();
  messages_.clear();
  Payload payload(record.bytes.substr(sizeof record.head));
  trapline_trap raw;
  if (!payload.Take(&raw)) return TooShort();
  const uint64_t changed = raw.after_changed;
  if (((raw.present | raw.after_present | changed) & ~kWords) != 0 ||
      (changed & ~raw.after_present) != 0 || raw.insn_length > kMaxInsn) {
    return absl::DataLossError("has words or bytes that there are not");
  }
  trap_.before = {};
  std::memcpy(trap_.before.data(), raw.before, sizeof raw.before);
  trap_.returned = (record.head.flags & TRAPLINE_NOT_RETURNED) == 0;
  // A word that could be read at one end only is one that could not be.
  trap_.present =
      trap_.returned ? raw.present & raw.after_present : raw.present;
  if (!trap_.returned && changed != 0) {
    return absl::DataLossError("has not returned and has a state after");
  }
  trap_.before[kGuest] = record.head.guest;
  trap_.before[kVcpu] = record.head.vcpu;
  trap_.before[kHostCpu] = record.head.host_cpu;
  trap_.after = trap_.before;
  for (int i = 0; i < TRAPLINE_WORDS; ++i) {
    if ((changed >> i & 1) != 0 && !payload.Take(&trap_.after[i])) {
      return TooShort();
    }
    if ((trap_.present >> i & 1) == 0) trap_.before[i] = trap_.after[i] = 0;
  }
  trap_.present |=
      uint64_t{1} << kGuest | uint64_t{1} << kVcpu | uint64_t{1} << kHostCpu;
  trap_.number = raw.number;
  trap_.gate_lo = raw.gate_lo;
  trap_.gate_hi = raw.gate_hi;
  trap_.tsc = record.head.tsc;
  trap_.cycles = trap_.returned ? raw.tsc_return - record.head.tsc : 0;
  // The bytes in the record, for `raw` does not outlive this call.
  trap_.insn = record.bytes.substr(
      sizeof record.head + offsetof(trapline_trap, insn), raw.insn_length);
  trap_.insn_pa.reset();
  if (raw.insn_mapped != 0) trap_.insn_pa = raw.insn_pa;

  const auto steps = payload.Take(size_t{raw.steps_size});
  if (!steps) return TooShort();
  for (Payload rest(*steps); rest.size() != 0;) {
    if (!ParseStep(&rest, &trap_, &messages_)) {
      return absl::DataLossError("has a step of no kind or size");
    }
  }
  return absl::OkStatus();
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
