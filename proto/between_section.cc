// SPDX-License-Identifier: Apache-2.0

#include "proto/between_section.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "google/protobuf/stubs/common.h"
#include "proto/columns.h"
#include "proto/frame.h"

namespace trapline::trace {
namespace {

// Arguments of a hypercall that may stand in a register: eax, ebx, ecx, edx,
// esi, which are words 0 to 4.
constexpr int kArgRegisters = 5;
static_assert(Words::kEaxFieldNumber == 1 && Words::kEsiFieldNumber == 5);
constexpr uint64_t kArgBits = (1 << kArgRegisters) - 1;

// Walks the argument registers alone through the traps of a block.
class RegisterWalk {
 public:
  explicit RegisterWalk(const Columns& columns) : columns_(columns) {
    for (int i = 0; i < kArgRegisters; ++i) {
      before_[i] = GetColumn(columns.before(), i).data();
      after_[i] = GetColumn(columns.after(), i).data();
    }
  }

  // Up to what trap `traps` - 1 left.
  void MoveTo(uint32_t traps) {
    for (; index_ < traps; ++index_) {
      const auto shape =
          static_cast<int>(columns_.shape(static_cast<int>(index_)));
      Apply(columns_.before_changed(shape), &before_);
      Apply(columns_.after_changed(shape), &after_);
    }
  }

  uint32_t Get(int reg) const { return registers_[reg]; }

 private:
  using Cursors = std::array<const uint32_t*, kArgRegisters>;

  void Apply(uint64_t changed, Cursors* cursors) {
    for (changed &= kArgBits; changed != 0; changed &= changed - 1) {
      const int reg = __builtin_ctzll(changed);
      registers_[reg] = *(*cursors)[reg]++;
    }
  }

  const Columns& columns_;
  uint32_t index_ = 0;
  Cursors before_;
  Cursors after_;
  std::array<uint32_t, kArgRegisters> registers_ = {};
};

bool HasOneValueAColumn(const Words& words) {
  for (int i = 0; i < kWordCount; ++i) {
    if (GetColumn(words, i).size() > 1) return false;
  }
  return true;
}

const char* CheckInterrupt(const InterruptDelivery& interrupt) {
  if (!HasOneValueAColumn(interrupt.before()) ||
      !HasOneValueAColumn(interrupt.after())) {
    return "a word of more than one value";
  }
  uint64_t bytes = 0;
  for (const uint32_t access : interrupt.access()) bytes += access / 2;
  if (interrupt.access_size() != interrupt.address_size() ||
      bytes != interrupt.data().size()) {
    return "accesses and their bytes that do not match";
  }
  int messages = 0;
  for (const int call : interrupt.call()) {
    if (call == CALL_UNKNOWN || !CallKind_IsValid(call)) {
      return "a call of no kind";
    }
    messages += call == KILL_GUEST;
  }
  if (interrupt.call_word_size() != 3 * interrupt.call_size() ||
      interrupt.message_size() != messages) {
    return "calls and their words that do not match";
  }
  return nullptr;
}

// What holds of an event in a file and in memory; null or what is wrong.
const char* CheckEvent(const Event& event) {
  switch (event.what_case()) {
    case Event::WHAT_NOT_SET:
      return "an event of no kind";
    case Event::kLoss:
      if (event.loss().records() == 0) return "a loss of nothing";
      break;
    case Event::kStart:
      if (!HasOneValueAColumn(event.start().registers())) {
        return "a register of more than one value";
      }
      break;
    case Event::kInterrupt:
      return CheckInterrupt(event.interrupt());
    default:
      break;
  }
  return nullptr;
}

// Completes the arguments.
const char* ExpandHypercall(const RegisterWalk& walk, Hypercall* call) {
  const uint32_t in_register = call->in_register();
  if ((in_register & ~kArgBits) != 0 ||
      (call->count() < kArgRegisters && in_register >> call->count() != 0)) {
    return "a hypercall argument in no register";
  }
  const auto listed = static_cast<uint32_t>(call->args_size());
  const auto held = static_cast<uint32_t>(__builtin_popcount(in_register));
  if (call->count() != uint64_t{listed} + held) {
    return "a hypercall of not as many arguments as it says";
  }
  if (held == 0) return nullptr;
  google::protobuf::RepeatedField<uint32_t> args;
  for (uint32_t i = 0, next = 0; i < listed + held; ++i) {
    const bool is_held = i < kArgRegisters && (in_register >> i & 1) != 0;
    args.Add(is_held ? walk.Get(static_cast<int>(i))
                     : call->args(static_cast<int>(next++)));
  }
  call->mutable_args()->Swap(&args);
  call->set_in_register(0);
  return nullptr;
}

}  // namespace

absl::Status ValidateEvent(const Event& event) {
  if (const char* wrong = CheckEvent(event)) {
    return absl::InvalidArgumentError(wrong);
  }
  const auto is_text = [](const std::string& message) {
    return google::protobuf::internal::IsStructurallyValidUTF8(
        message.data(), static_cast<int>(message.size()));
  };
  const auto& messages = event.interrupt().message();
  if (!is_text(event.death().message()) ||
      !std::all_of(messages.begin(), messages.end(), is_text)) {
    return absl::InvalidArgumentError("a message that is not UTF-8");
  }
  return absl::OkStatus();
}

void BetweenEncoder::Reset() {
  between_.Clear();
  traps_ = 0;
  events_ = 0;
  lost_ = 0;
}

void BetweenEncoder::Add(const Event& event, uint32_t traps,
                         const WordArray& words) {
  Event* added = between_.add_event();
  *added = event;
  added->set_traps(traps - traps_);
  traps_ = traps;
  if (event.has_loss()) {
    lost_ += event.loss().records();
    return;
  }
  ++events_;
  if (!event.has_hypercall()) return;
  Hypercall* call = added->mutable_hypercall();
  call->clear_args();
  call->set_count(static_cast<uint32_t>(event.hypercall().args_size()));
  uint32_t in_register = 0;
  for (int i = 0; i < event.hypercall().args_size(); ++i) {
    const uint32_t arg = event.hypercall().args(i);
    if (i < kArgRegisters && arg == words[i]) {
      in_register |= 1U << i;
    } else {
      call->add_args(arg);
    }
  }
  call->set_in_register(in_register);
}

absl::Status DecodeBetween(const Block& block, const Columns& columns,
                           Between* between, std::vector<Event>* events) {
  events->clear();
  events->reserve(between->event_size());
  RegisterWalk walk(columns);
  uint64_t traps = 0;
  uint64_t counted = 0;
  uint64_t lost = 0;
  for (Event& event : *between->mutable_event()) {
    const char* wrong = CheckEvent(event);
    traps += event.traps();
    if (traps > block.traps()) wrong = "an event after more traps than are";
    if (wrong == nullptr && event.has_loss()) {
      const uint64_t records = event.loss().records();
      if (records > std::numeric_limits<uint64_t>::max() - lost) {
        wrong = "more records lost than have numbers";
      }
      lost += records;
    } else {
      ++counted;
    }
    if (wrong == nullptr && event.has_hypercall()) {
      walk.MoveTo(static_cast<uint32_t>(traps));
      wrong = ExpandHypercall(walk, event.mutable_hypercall());
    }
    if (wrong != nullptr) return absl::DataLossError(wrong);
    event.set_traps(static_cast<uint32_t>(traps));
    events->push_back(std::move(event));
  }
  if (counted != block.events() || lost != block.lost()) {
    return absl::DataLossError("not as many events or losses as it says");
  }
  return absl::OkStatus();
}

}  // namespace trapline::trace
