// SPDX-License-Identifier: Apache-2.0

// Handlers that do one thing wrong.

#ifndef TRAPLINE_PROPERTIES_ENGINES_TESTING_FAULTS_H_
#define TRAPLINE_PROPERTIES_ENGINES_TESTING_FAULTS_H_

#include <gtest/gtest.h>

#include <cstdint>
#include <ostream>
#include <utility>

#include "model/guest_memory.h"
#include "model/handle_trap.h"
#include "properties/guest.h"
#include "properties/step.h"

namespace trapline::properties {

using TestingCpu = model::Cpu<LoggingWorld<ConcreteGuest>>;

struct Fault {
  const char* name;
  Handler<ConcreteGuest> handler;
};

inline void PrintTo(const Fault& fault, std::ostream* out) {
  *out << fault.name;
}

inline constexpr Fault kFaults[] = {
    {"StepsTooFar",
     [](TestingCpu& cpu) {
       const uint32_t eip = cpu.state.eip;
       const bool is_gp = cpu.state.trapnum == 13;
       model::handle_trap(cpu);
       const uint32_t length = cpu.state.eip - eip;
       if (is_gp && length >= 1 && length <= 3) ++cpu.state.eip;
     }},
    {"ClearsEbx",
     [](TestingCpu& cpu) {
       model::handle_trap(cpu);
       cpu.state.ebx = 0;
     }},
    {"KeepsIf",
     [](TestingCpu& cpu) {
       const uint32_t enabled = cpu.state.ld_irq_enabled;
       model::handle_trap(cpu);
       cpu.state.ld_irq_enabled = enabled;
     }},
    {"RaisesTheDead",
     [](TestingCpu& cpu) {
       model::handle_trap(cpu);
       cpu.state.dead = 0;
     }},
    {"ForgetsHypercall",
     [](TestingCpu& cpu) {
       const uint32_t pending = cpu.state.hcall_pending;
       model::handle_trap(cpu);
       cpu.state.hcall_pending = pending;
     }},
    {"PushesNoErrcode",
     [](TestingCpu& cpu) {
       if (cpu.state.trapnum != 17) return model::handle_trap(cpu);
       cpu.state.trapnum = 16;
       model::handle_trap(cpu);
       cpu.state.trapnum = 17;
     }},
    {"TakesEachFaultForARead",
     [](TestingCpu& cpu) {
       const uint32_t errcode = cpu.state.errcode;
       if (cpu.state.trapnum == 14) cpu.state.errcode &= ~2u;
       model::handle_trap(cpu);
       cpu.state.errcode = errcode;
     }},
    {"ReadsUnasked",
     [](TestingCpu& cpu) {
       model::handle_trap(cpu);
       cpu.world.ReadWord(0x500, true);
     }},
    {"WritesUnasked",
     [](TestingCpu& cpu) {
       model::handle_trap(cpu);
       if (!cpu.bug) cpu.world.WriteWord(0x500, 0, true);
     }},
    {"SwapsEipAndCs",
     [](TestingCpu& cpu) {
       std::swap(cpu.state.eip, cpu.state.cs);
       model::handle_trap(cpu);
     }},
};

inline auto FaultName() {
  return [](const auto& info) { return info.param.name; };
}

}  // namespace trapline::properties

#endif  // TRAPLINE_PROPERTIES_ENGINES_TESTING_FAULTS_H_
