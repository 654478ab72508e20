// SPDX-License-Identifier: Apache-2.0

#include "properties/engines/plain_guest.h"

#include "model/arch.h"
#include "model/cpu.h"
#include "model/state.h"
#include "properties/engines/guest_tables.h"

namespace trapline::properties {

Guest PlainGuest(const model::Host& host) {
  Guest guest;
  guest.host = host;
  auto& state = guest.state;
  uint32_t value = 0x12345678;
  for (const auto word : model::kStateWords<uint32_t>) state.*word = value++;
  state.errcode = state.halted = state.linear_pages = 0;
  state.hcall_pending = state.dead = state.ts = 0;
  state.trapnum = 3;
  state.eip = kText;
  state.cs = 0x61;
  state.eflags = 0x202;
  state.esp = state.esp1 = kStack + 0x1800;
  state.ss = state.ss1 = 0x69;
  state.last_pagefault = kData;
  state.lguest_data = 0x10000;
  state.gpgdir = 0x1000;
  state.stack_pages = 2;
  state.pfn_limit = 0x40;
  state.ld_irq_enabled = 0x200;
  guest.gate = {0x00601234, 0xC0108E00};
  for (uint32_t page = 0; page < 4; ++page) {
    Map(&guest, state.gpgdir, kText + (page << 12),
        [&](Level level) -> model::PageEntry<uint32_t> {
          switch (level) {
            case Level::kPointer:
              return {0x3000 | model::kPagePresent, 0};
            case Level::kDirectory:
              return {0x2000 | model::kPageTable, 0};
            case Level::kPage:
              break;
          }
          return {(kTextPa + (page << 12)) | model::kPageTable, 0};
        });
  }
  return guest;
}

void SetRings(Guest* guest, uint32_t cs, uint32_t ss) {
  guest->state.cs = 0x60 | cs;
  guest->state.ss = 0x68 | ss;
}

}  // namespace trapline::properties
