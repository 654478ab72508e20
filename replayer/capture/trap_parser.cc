// SPDX-License-Identifier: Apache-2.0

#include "replayer/capture/trap_parser.h"

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/types/span.h"
#include "proto/words.h"

namespace trapline::capture {
namespace {

constexpr size_t kMaxInsnBytes = 16;
constexpr uint32_t kGates = 256;
constexpr absl::string_view kKeys[] = {"trap",  "tsc",     "cycles", "pre",
                                       "insn",  "insn_pa", "gate",   "mem",
                                       "calls", "post"};
constexpr absl::string_view kRequiredWords[] = {
    "eax",         "ebx",       "ecx",
    "edx",         "esi",       "edi",
    "ebp",         "gs",        "fs",
    "ds",          "es",        "trapnum",
    "errcode",     "eip",       "cs",
    "eflags",      "esp",       "ss",
    "ts",          "gpgdir",    "last_pagefault",
    "lguest_data", "esp1",      "ss1",
    "dead",        "pfn_limit", "hcall_pending"};
constexpr absl::string_view kLguestDataWords[] = {"ld_irq_enabled",
                                                  "ld_blocked", "ld_cr2"};

uint64_t Mask(absl::Span<const absl::string_view> names) {
  uint64_t mask = 0;
  for (const absl::string_view name : names) {
    mask |= uint64_t{1} << trace::WordIndex(name).value();
  }
  return mask;
}

// Bits of words, and the value of one.
struct Known {
  uint64_t required = Mask(kRequiredWords);
  uint64_t lguest_data = Mask(kLguestDataWords);
  int trapnum = trace::WordIndex("trapnum").value();
};

const Known& Words() {
  static const Known known;
  return known;
}

std::string NameOfLowest(uint64_t mask) {
  int index = 0;
  while ((mask >> index & 1) == 0) ++index;
  return absl::StrCat("pre.", trace::WordName(index));
}

absl::Status ParseWords(const Json& line, trace::Trap* trap) {
  const Json* value = Find(line, "pre");
  const Json::object_t* pre = AsObject(value);
  if (pre == nullptr) return Unexpected("pre", value, "an object of words");
  trap->present = 0;
  trap->before.fill(0);
  for (const auto& [name, number] : *pre) {
    const std::optional<int> index = trace::WordIndex(name);
    if (!index) {
      return absl::DataLossError(
          absl::StrCat("pre has the unknown word ", Quote(name),
                       ", expected words of the capture format"));
    }
    const std::optional<uint32_t> word = AsWord(&number);
    if (!word) return Unexpected(absl::StrCat("pre.", name), &number, kAWord);
    trap->before[*index] = *word;
    trap->present |= uint64_t{1} << *index;
  }
  const uint64_t missing = Words().required & ~trap->present;
  if (missing != 0) return Unexpected(NameOfLowest(missing), nullptr, kAWord);
  const uint64_t in_lguest_data = Words().lguest_data & trap->present;
  if (in_lguest_data != 0 && in_lguest_data != Words().lguest_data) {
    return Unexpected(
        NameOfLowest(Words().lguest_data & ~trap->present), nullptr,
        absl::StrCat("all or none of ", absl::StrJoin(kLguestDataWords, ", ")));
  }
  return absl::OkStatus();
}

absl::Status ParseWordsAfter(const Json& line, trace::Trap* trap) {
  trap->after = trap->before;
  const Json* value = Find(line, "post");
  trap->returned = value == nullptr || !value->is_null();
  if (!trap->returned) return absl::OkStatus();
  const Json::object_t* post = AsObject(value);
  if (post == nullptr) {
    return Unexpected("post", value, "an object of words, or null");
  }
  for (const auto& [name, number] : *post) {
    const std::optional<int> index = trace::WordIndex(name);
    if (!index || (trap->present >> *index & 1) == 0) {
      return absl::DataLossError(
          absl::StrCat("post has the word ", Quote(name),
                       " that pre lacks, expected words of pre"));
    }
    const std::optional<uint32_t> word = AsWord(&number);
    if (!word) return Unexpected(absl::StrCat("post.", name), &number, kAWord);
    trap->after[*index] = *word;
  }
  return absl::OkStatus();
}

absl::Status ParseCall(size_t index, const Json& value, trace::Call* call) {
  const std::string where = absl::StrCat("calls[", index, "]");
  const Json::array_t* parts = AsArray(&value);
  const std::string* name =
      parts == nullptr || parts->empty() ? nullptr : AsString(&parts->front());
  if (name == nullptr) {
    return Unexpected(where, &value, "an array that starts with a name");
  }
  size_t size = 0;
  if (*name == "demand_page") {
    call->kind = trace::DEMAND_PAGE;
    size = 4;
  } else if (*name == "deliver_trap") {
    call->kind = trace::DELIVER_TRAP;
    size = 3;
  } else if (*name == "kill_guest") {
    call->kind = trace::KILL_GUEST;
    size = 2;
  } else if (*name == "guest_pagetable_clear_all") {
    call->kind = trace::GUEST_PAGETABLE_CLEAR_ALL;
    size = 1;
  } else {
    return Unexpected(absl::StrCat(where, "[0]"), &parts->front(),
                      "demand_page, deliver_trap, kill_guest or "
                      "guest_pagetable_clear_all");
  }
  if (parts->size() != size) {
    return Unexpected(where, &value, absl::StrCat(size, " values for ", *name));
  }
  if (call->kind == trace::KILL_GUEST) {
    const std::string* message = AsString(&(*parts)[1]);
    if (message == nullptr) {
      return Unexpected(absl::StrCat(where, "[1]"), &(*parts)[1], "a message");
    }
    call->message = *message;
  }
  const int arity = trace::CallArity(call->kind);
  if (arity == 0) return absl::OkStatus();
  for (int i = 0; i <= arity; ++i) {
    const Json& part = (*parts)[i + 1];
    const std::optional<uint32_t> word = AsWord(&part);
    if (!word && !(i == arity && part.is_null())) {
      return Unexpected(absl::StrCat(where, "[", i + 1, "]"), &part, kAWord);
    }
    if (i < arity) {
      call->args[i] = *word;
    } else {
      call->has_returned = word.has_value();
      call->returned = word.value_or(0);
    }
  }
  return absl::OkStatus();
}

absl::Status ParseCalls(const Json& line, trace::Trap* trap) {
  const Json* value = Find(line, "calls");
  const Json::array_t* calls = AsArray(value);
  if (calls == nullptr) return Unexpected("calls", value, "an array of calls");
  trap->calls.assign(calls->size(), {});
  for (size_t i = 0; i < calls->size(); ++i) {
    absl::Status status = ParseCall(i, (*calls)[i], &trap->calls[i]);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status ParseGate(const Json& line, trace::Trap* trap) {
  const Json* value = Find(line, "gate");
  const bool has_gate = trap->before[Words().trapnum] < kGates;
  trap->gate_lo = trap->gate_hi = 0;
  if (!has_gate && value != nullptr && value->is_null()) {
    return absl::OkStatus();
  }
  const Json::array_t* gate = AsArray(value, 2);
  if (gate == nullptr) {
    return Unexpected(
        "gate", value,
        absl::StrCat("two words for trapnum ", trap->before[Words().trapnum],
                     has_gate ? "" : ", or null"));
  }
  for (size_t i = 0; i < 2; ++i) {
    const std::optional<uint32_t> word = AsWord(&(*gate)[i]);
    if (!word || (!has_gate && *word != 0)) {
      return Unexpected(absl::StrCat("gate[", i, "]"), &(*gate)[i],
                        has_gate ? kAWord : "0 for a trapnum above 255");
    }
    (i == 0 ? trap->gate_lo : trap->gate_hi) = *word;
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status TrapParser::Parse(const Json& line, trace::Trap* trap) {
  for (const auto& [name, target] :
       std::initializer_list<std::pair<absl::string_view, uint64_t*>>{
           {"trap", &trap->number},
           {"tsc", &trap->tsc},
           {"cycles", &trap->cycles}}) {
    const Json* value = Find(line, name);
    const std::optional<uint64_t> number = AsLongWord(value);
    if (!number) return Unexpected(name, value, kALongWord);
    *target = *number;
  }
  absl::Status status = ParseWords(line, trap);
  if (status.ok()) status = ParseCode(line, trap);
  if (status.ok()) status = ParseGate(line, trap);
  if (status.ok()) status = ParseAccesses(line, trap);
  if (status.ok()) status = ParseCalls(line, trap);
  if (status.ok()) status = ParseWordsAfter(line, trap);
  if (!status.ok() || line.size() == std::size(kKeys)) return status;
  for (const auto& [key, value] : *AsObject(&line)) {
    if (std::find(std::begin(kKeys), std::end(kKeys), absl::string_view(key)) ==
        std::end(kKeys)) {
      return absl::DataLossError(absl::StrCat("has the unknown key ",
                                              Quote(key), ", expected ",
                                              absl::StrJoin(kKeys, ", ")));
    }
  }
  return status;
}

absl::Status TrapParser::ParseCode(const Json& line, trace::Trap* trap) {
  const Json* value = Find(line, "insn");
  std::optional<std::string> bytes = AsBytes(value);
  if (!bytes || bytes->size() > kMaxInsnBytes) {
    return Unexpected(
        "insn", value,
        absl::StrCat("up to ", kMaxInsnBytes, " bytes in lower-case hex"));
  }
  insn_ = *std::move(bytes);
  trap->insn = insn_;

  value = Find(line, "insn_pa");
  trap->insn_pa = AsWord(value);
  if (!trap->insn_pa && (value == nullptr || !value->is_null())) {
    return Unexpected("insn_pa", value, absl::StrCat(kAWord, ", or null"));
  }
  return absl::OkStatus();
}

absl::Status TrapParser::ParseAccesses(const Json& line, trace::Trap* trap) {
  const Json* value = Find(line, "mem");
  const Json::array_t* accesses = AsArray(value);
  if (accesses == nullptr) {
    return Unexpected("mem", value, "an array of accesses");
  }
  data_.clear();
  trap->accesses.assign(accesses->size(), {});
  for (size_t i = 0; i < accesses->size(); ++i) {
    const Json::array_t* parts = AsArray(&(*accesses)[i], 3);
    if (parts == nullptr) {
      return Unexpected(absl::StrCat("mem[", i, "]"), &(*accesses)[i],
                        "[\"r\" or \"w\", address, bytes]");
    }
    const std::string* kind = AsString(&(*parts)[0]);
    if (kind == nullptr || (*kind != "r" && *kind != "w")) {
      return Unexpected(absl::StrCat("mem[", i, "][0]"), &(*parts)[0],
                        "\"r\" or \"w\"");
    }
    const std::optional<uint32_t> address = AsWord(&(*parts)[1]);
    if (!address) {
      return Unexpected(absl::StrCat("mem[", i, "][1]"), &(*parts)[1], kAWord);
    }
    const std::optional<std::string> bytes = AsBytes(&(*parts)[2]);
    if (!bytes) {
      return Unexpected(absl::StrCat("mem[", i, "][2]"), &(*parts)[2],
                        "bytes in lower-case hex");
    }
    trap->accesses[i] = {nullptr, *address,
                         static_cast<uint32_t>(bytes->size()), *kind == "w"};
    data_ += *bytes;
  }
  const auto* data = reinterpret_cast<const uint8_t*>(data_.data());
  for (trace::Access& access : trap->accesses) {
    access.data = data;
    data += access.length;
  }
  return absl::OkStatus();
}

}  // namespace trapline::capture
