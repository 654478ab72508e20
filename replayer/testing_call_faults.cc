// SPDX-License-Identifier: Apache-2.0

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "replayer/testing_faults.h"

namespace trapline::replay {
namespace {

bool SameCall(const trace::Call& a, const trace::Call& b) {
  return a.kind == b.kind && a.args[0] == b.args[0] && a.args[1] == b.args[1] &&
         a.has_returned == b.has_returned && a.returned == b.returned &&
         a.message == b.message;
}

Fault At(const trace::Trap& trap, size_t index, absl::string_view part) {
  return FaultIn(trap, absl::StrCat("calls[", index, "].", part));
}

void AddArguments(const trace::Trap& trap, size_t i, Faults* faults) {
  const trace::CallKind kind = trap.calls[i].kind;
  for (int arg = 0; arg < trace::CallArity(kind); ++arg) {
    for (int bit = 0; bit < 32; ++bit) {
      faults->push_back(At(trap, i,
                           kind == trace::DELIVER_TRAP ? "num"
                           : arg == 0                  ? "vaddr"
                                                       : "errcode"));
      faults->back().trap.calls[i].args[arg] ^= 1u << bit;
    }
  }
}

void AddResults(const trace::Trap& trap, size_t i, Faults* faults) {
  if (!trap.calls[i].has_returned) {
    faults->push_back(At(trap, i, "returned"));
    faults->back().trap.calls[i].has_returned = true;
    faults->back().because = "the function returns nothing";
    return;
  }
  for (int bit = 0; bit < 32; ++bit) {
    faults->push_back(At(trap, i, "returned"));
    faults->back().trap.calls[i].returned ^= 1u << bit;
  }
  faults->push_back(At(trap, i, "returned"));
  faults->back().trap.calls[i].has_returned = false;
  faults->back().trap.calls[i].returned = 0;
}

void AddMessages(const trace::Trap& trap, size_t i, Faults* faults) {
  const std::string message(trap.calls[i].message);
  for (size_t at = 0; at <= message.size(); ++at) {
    std::string other = message;
    if (at < message.size()) {
      other[at] ^= 1;
    } else {
      other += '.';
    }
    faults->push_back(At(trap, i, "message"));
    Fault& fault = faults->back();
    fault.bytes = std::make_shared<const std::string>(std::move(other));
    fault.trap.calls[i].message = *fault.bytes;
  }
}

trace::Call MakeCall(trace::CallKind kind, uint32_t arg, uint32_t returned) {
  trace::Call call;
  call.kind = kind;
  call.has_returned = kind == trace::DEMAND_PAGE || kind == trace::DELIVER_TRAP;
  if (call.has_returned) {
    call.args[0] = arg;
    call.returned = returned;
  }
  if (kind == trace::KILL_GUEST) call.message = "none of the kernel's";
  return call;
}

// Before call i, or after all.
void AddExtra(const Setting& setting, const trace::Trap& trap, size_t i,
              Faults* faults) {
  for (const trace::Call& call :
       {MakeCall(trace::DEMAND_PAGE, 0x12345678, 0),
        MakeCall(trace::DELIVER_TRAP, 0x55, 1),
        MakeCall(trace::GUEST_PAGETABLE_CLEAR_ALL, 0, 0),
        MakeCall(trace::KILL_GUEST, 0, 0)}) {
    faults->push_back(At(trap, i, "extra"));
    Fault& fault = faults->back();
    fault.trap.calls.insert(fault.trap.calls.begin() + i, call);
    const auto [first, last] = Alike(fault.trap.calls, i, SameCall);
    fault.fields = Names("calls", first, last, "extra");
    // The kill may be taken for one that the recording need not show.
    if (call.kind == trace::KILL_GUEST && !setting.kill_messages) {
      fault.fields.push_back(absl::StrCat("calls[", i, "].message"));
    }
  }
}

void AddTwice(const trace::Trap& trap, size_t i, Faults* faults) {
  faults->push_back(At(trap, i, "extra"));
  Fault& fault = faults->back();
  fault.trap.calls.insert(fault.trap.calls.begin() + i, trap.calls[i]);
  const auto [first, last] = Alike(fault.trap.calls, i, SameCall);
  fault.fields = Names("calls", first, last, "extra");
}

void AddMissing(const trace::Trap& trap, size_t i, Faults* faults) {
  faults->push_back(At(trap, i, "missing"));
  Fault& fault = faults->back();
  fault.trap.calls.erase(fault.trap.calls.begin() + i);
  const auto [first, last] = Alike(trap.calls, i, SameCall);
  fault.fields = Names("calls", first, last, "missing");
}

void AddOrder(const trace::Trap& trap, size_t i, Faults* faults) {
  faults->push_back(At(trap, i, "order"));
  Fault& fault = faults->back();
  std::swap(fault.trap.calls[i], fault.trap.calls[i + 1]);
  if (SameCall(trap.calls[i], trap.calls[i + 1])) {
    fault.because = "the two are alike";
  }
}

}  // namespace

Faults CallFaults(const Setting& setting, const trace::Trap& trap) {
  Faults faults;
  for (size_t i = 0; i <= trap.calls.size(); ++i) {
    AddExtra(setting, trap, i, &faults);
    if (i == trap.calls.size()) break;
    AddArguments(trap, i, &faults);
    AddResults(trap, i, &faults);
    if (trap.calls[i].kind == trace::KILL_GUEST) AddMessages(trap, i, &faults);
    AddTwice(trap, i, &faults);
    AddMissing(trap, i, &faults);
    if (i + 1 < trap.calls.size()) AddOrder(trap, i, &faults);
  }
  return faults;
}

}  // namespace trapline::replay
