// SPDX-License-Identifier: Apache-2.0

#include "proto/code_section.h"

#include "proto/columns.h"

namespace trapline::trace {
namespace {

constexpr uint64_t kMaxPa = uint64_t{1} << 32;

}  // namespace

void CodeEncoder::Reset() {
  code_.Clear();
  known_.clear();
}

void CodeEncoder::Add(const Trap& trap) {
  const uint32_t eip = trap.before[kEip];
  uint64_t pa = 0;
  if (trap.insn_pa.has_value()) {
    pa = uint64_t{*trap.insn_pa - eip} + 1;
  }
  Known& known = known_[eip];
  const bool changed = known.insn != trap.insn || known.pa != pa;
  code_.mutable_changed()->push_back(changed ? 1 : 0);
  if (!changed) return;
  known.insn.assign(trap.insn.data(), trap.insn.size());
  known.pa = pa;
  code_.add_length(static_cast<uint32_t>(trap.insn.size()));
  code_.mutable_data()->append(known.insn);
  code_.add_pa(pa);
}

const char* CodeDecoder::Start(const Code& code, uint32_t traps) {
  code_ = &code;
  index_ = 0;
  taken_ = 0;
  data_ = 0;
  known_.clear();
  if (code.changed().size() != traps) return "not one entry a trap";
  if (code.pa_size() != code.length_size()) return "`pa` unlike `length`";
  return nullptr;
}

const char* CodeDecoder::Next(Trap* trap) {
  const uint32_t eip = trap->before[kEip];
  Known& known = known_[eip];
  const char changed = code_->changed()[index_++];
  if (changed != 0) {
    if (changed != 1) return "`changed` is neither 0 nor 1";
    if (taken_ == code_->length_size()) return "`length` has run out";
    const uint32_t length = code_->length(taken_);
    if (length > kMaxInsn) return "more than 16 bytes of an instruction";
    if (length > code_->data().size() - data_) return "`data` has run out";
    if (code_->pa(taken_) > kMaxPa) return "`pa` is above 2^32";
    known = {absl::string_view(code_->data()).substr(data_, length),
             code_->pa(taken_)};
    data_ += length;
    ++taken_;
  }
  trap->insn = known.insn;
  if (known.pa == 0) {
    trap->insn_pa.reset();
  } else {
    trap->insn_pa = static_cast<uint32_t>(known.pa - 1 + eip);
  }
  return nullptr;
}

const char* CodeDecoder::Finish() const {
  if (taken_ != code_->length_size() || data_ != code_->data().size()) {
    return "columns have values left over";
  }
  return nullptr;
}

void TimingEncoder::Reset() {
  timing_.Clear();
  tsc_ = 0;
}

void TimingEncoder::Add(const Trap& trap) {
  timing_.add_tsc(static_cast<int64_t>(trap.tsc - tsc_));
  timing_.add_cycles(trap.cycles);
  tsc_ = trap.tsc;
}

const char* TimingDecoder::Start(const Timing& timing, uint32_t traps) {
  timing_ = &timing;
  index_ = 0;
  tsc_ = 0;
  const auto count = static_cast<int>(traps);
  if (timing.tsc_size() != count || timing.cycles_size() != count) {
    return "not one entry a trap";
  }
  return nullptr;
}

void TimingDecoder::Next(Trap* trap) {
  tsc_ += static_cast<uint64_t>(timing_->tsc(index_));
  trap->tsc = tsc_;
  trap->cycles = timing_->cycles(index_);
  ++index_;
}

}  // namespace trapline::trace
