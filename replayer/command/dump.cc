// SPDX-License-Identifier: Apache-2.0

// The verb `dump`.

#include <cinttypes>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "model/state.h"
#include "proto/reader.h"
#include "proto/words.h"
#include "replayer/command/verbs.h"
#include "replayer/log_text.h"
#include "replayer/report/disassemble.h"
#include "replayer/report/text.h"
#include "replayer/verdict.h"

namespace trapline::command {
namespace {

void Print(const trace::Trap& trap) {
  const auto& index = model::kStateIndex;
  const auto& before = trap.before;
  const uint32_t eip = before[index.eip];
  const replay::Instruction insn = replay::Disassemble(trap.insn, eip);
  std::printf("trap %" PRIu64 "  record %" PRIu64 "  tsc %" PRIu64
              "  cycles %" PRIu64 "\n",
              trap.number, trap.seq, trap.tsc, trap.cycles);
  std::printf("  trapnum %u (%s), errcode %#x, cr2 %08x, gate %08x %08x\n",
              before[index.trapnum],
              replay::TrapName(before[index.trapnum]).c_str(),
              before[index.errcode], before[index.last_pagefault], trap.gate_lo,
              trap.gate_hi);
  std::printf("  %04x:%08x  %s  %s\n", before[index.cs] & 0xFFFF, eip,
              absl::BytesToHexString(trap.insn.substr(0, insn.length)).c_str(),
              insn.text.c_str());
  std::printf("  eax %08x  ebx %08x  ecx %08x  edx %08x  esi %08x  edi %08x\n",
              before[index.eax], before[index.ebx], before[index.ecx],
              before[index.edx], before[index.esi], before[index.edi]);
  std::printf("  ebp %08x  esp %04x:%08x  eflags %08x  gpgdir %08x\n",
              before[index.ebp], before[index.ss] & 0xFFFF, before[index.esp],
              before[index.eflags], before[index.gpgdir]);
  for (const trace::Access& access : trap.accesses) {
    std::printf("    %s\n", replay::AccessText(access).c_str());
  }
  for (const trace::Call& call : trap.calls) {
    std::printf("    %s\n", replay::CallText(call).c_str());
  }
  for (int i = 0; i < trace::kWordCount; ++i) {
    if (before[i] == trap.after[i]) continue;
    std::printf("    %-14s %08x -> %08x\n",
                std::string(trace::WordName(i)).c_str(), before[i],
                trap.after[i]);
  }
  if (!trap.returned) std::printf("    the handler never returned\n");
}

void Print(const trace::Event& event) {
  if (event.has_loss()) {
    std::printf("lost %" PRIu64 " records\n", event.loss().records());
  } else if (event.has_hypercall()) {
    std::printf("hypercall%s", event.hypercall().async() ? " (async)" : "");
    for (uint32_t arg : event.hypercall().args()) std::printf(" %08x", arg);
    std::printf("\n");
  } else {
    trace::Event shown = event;
    shown.clear_traps();
    std::printf("%s\n", shown.ShortDebugString().c_str());
  }
}

// Events belong to the trap that they come before; those of a block's end to
// the trap after the block's last, whose number `next` then is.
absl::Status DumpBlock(const trace::RawBlock& block, const TrapRange& range,
                       trace::BlockDecoder* decoder, uint64_t* next) {
  absl::Status status = decoder->Start(block, trace::kEverything);
  if (!status.ok()) return status;
  const std::vector<trace::Event>& events = decoder->events();
  size_t next_event = 0;
  trace::Trap trap;
  uint64_t number = *next;
  const auto print_events = [&](uint64_t traps) {
    for (; next_event < events.size() && events[next_event].traps() <= traps;
         ++next_event) {
      if (number >= range.begin && number < range.end) {
        Print(events[next_event]);
      }
    }
  };
  for (uint64_t i = 0; decoder->Next(&trap); ++i) {
    number = trap.number;
    print_events(i);
    if (number >= range.begin && number < range.end) Print(trap);
    ++number;
  }
  print_events(UINT64_MAX);
  *next = number;
  return decoder->status();
}

int RunDump(const Arguments& arguments) {
  absl::StatusOr<TrapRange> range = GetRange(arguments);
  if (!range.ok()) return Fail(range.status());
  const std::string& path = arguments.positional()[0];
  absl::StatusOr<std::unique_ptr<trace::Reader>> reader =
      trace::Reader::Open(path);
  if (!reader.ok()) return Fail(reader.status());
  trace::BlockDecoder decoder;
  uint64_t next = 0;
  while (true) {
    absl::StatusOr<std::optional<trace::RawBlock>> block = (*reader)->Next();
    if (!block.ok()) return Fail(block.status());
    if (!block->has_value()) return kOk;
    if (const uint64_t first = (*block)->block.first_trap();
        first >= range->end) {
      next = first;
      continue;
    }
    absl::Status status = DumpBlock(**block, *range, &decoder, &next);
    if (!status.ok()) return Fail(replay::InFile(path, status));
  }
}

}  // namespace

Verb DumpVerb() {
  return {"dump",
          "TRACE",
          "Prints traps and what happened between them as text",
          "tools/trapline dump traces/good/v3.12-boot.trace --range 100:103",
          {{"range", "A:B", "only traps A to B, B not included"}},
          1,
          1,
          RunDump};
}

}  // namespace trapline::command
