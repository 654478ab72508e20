// SPDX-License-Identifier: Apache-2.0

#include <cstddef>
#include <cstring>

#include "recorder/convert/payload.h"
#include "recorder/convert/record_parser.h"

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

constexpr int kMaxInsn = 16;

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

}  // namespace

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

}  // namespace trapline::convert
