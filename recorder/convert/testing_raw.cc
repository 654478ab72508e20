// SPDX-License-Identifier: Apache-2.0

#include "recorder/convert/testing_raw.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "proto/frame.h"

namespace trapline::convert {

std::string Record(trapline_kind kind, uint64_t seq, absl::string_view payload,
                   uint16_t flags) {
  trapline_record head = {};
  head.magic = TRAPLINE_MAGIC;
  head.size = static_cast<uint32_t>((sizeof head + payload.size() + 7) / 8 * 8);
  head.seq = seq;
  head.tsc = 1000 * seq;
  head.guest = kind == TRAPLINE_HEADER || kind == TRAPLINE_STATUS ? 0 : 1;
  head.kind = static_cast<uint16_t>(kind);
  head.flags = flags;
  head.host_cpu = 1;
  std::string bytes = absl::StrCat(Bytes(head), payload);
  bytes.resize(head.size);
  return bytes;
}

std::string HeaderRecord(absl::string_view text) {
  trapline_header header = {};
  header.version = TRAPLINE_RAW_VERSION;
  header.traits = TRAPLINE_SMP | TRAPLINE_ADDRESS_OK_KNOWN;
  header.switcher_addr = 0xFFC00000;
  header.lguest_irqs = 32;
  header.cr0 = 0x80050033;
  header.tsc_khz = 1000000;
  header.cpu_features[0] = 0x0783F9FF;
  header.cpus = 2;
  header.subbuf_size = 65536;
  header.subbufs = 8;
  header.text_length = static_cast<uint32_t>(text.size());
  header.loaded_at = 1234567890;
  return Record(TRAPLINE_HEADER, 0, absl::StrCat(Bytes(header), text));
}

std::string StatusRecord(uint64_t seq, const trapline_status& status) {
  return Record(TRAPLINE_STATUS, seq, Bytes(status));
}

std::string Step(uint8_t kind, uint32_t argument, absl::string_view data,
                 uint8_t returned) {
  const trapline_step step = {kind, returned,
                              static_cast<uint16_t>(data.size()), argument};
  std::string bytes = absl::StrCat(Bytes(step), data);
  bytes.resize((bytes.size() + 3) / 4 * 4);
  return bytes;
}

std::string TrapPayload(uint32_t number) {
  trapline_trap trap = {};
  for (int i = 0; i < TRAPLINE_WORDS; ++i) {
    trap.present |= uint64_t{1} << i;
    trap.before[i] = 0x100 + i;
  }
  trap.after_present = trap.present;
  trap.after_changed = uint64_t{1} << TRAPLINE_EIP;
  trap.before[TRAPLINE_TRAPNUM] = 14;
  trap.tsc_return = 1000 * 1000;
  trap.number = number;
  trap.gate_lo = 0x00611234;
  trap.gate_hi = 0xC0008E00;
  trap.insn[0] = 0x89;
  trap.insn_length = 1;
  trap.insn_mapped = 1;
  trap.insn_pa = 0x5000;
  const std::string steps =
      absl::StrCat(Step(TRAPLINE_READ, 0x1000, "\x67\x60\x3D\x01"),
                   Step(TRAPLINE_DEMAND_PAGE, 0xC0001000,
                        absl::string_view("\2\0\0\0", 4), 1));
  trap.steps_size = static_cast<uint32_t>(steps.size());
  return absl::StrCat(Bytes(trap), Bytes(uint32_t{0xC0101010}), steps);
}

std::string TrapRecord(uint64_t seq, uint32_t number, uint16_t flags) {
  return Record(TRAPLINE_TRAP, seq, TrapPayload(number), flags);
}

std::string HypercallRecord(uint64_t seq) {
  trapline_hypercall call = {3, 7, {0x10, 0x20, 0x30, 0, 0, 0}};
  return Record(TRAPLINE_HYPERCALL, seq, Bytes(call));
}

std::vector<std::string> RecordOfEachKind() {
  const trapline_load load = {{1, 2, 3, 4}};
  trapline_start start = {};
  start.present = 1 << TRAPLINE_EIP;
  start.words[TRAPLINE_EIP] = 0x100000;
  start.pfn_limit = 0x4000;
  return {
      Record(TRAPLINE_START, 1, Bytes(start)),
      Record(TRAPLINE_RUN, 2, Bytes(trapline_run{3, 4, 0x69, 8, 256, 5, 6, 0})),
      HypercallRecord(3),
      Record(TRAPLINE_INIT, 4, Bytes(trapline_init{1, 2, 3, 4, -14, 0})),
      TrapRecord(5, 1),
      Record(TRAPLINE_INTERRUPT, 6, TrapPayload(3)),
      Record(TRAPLINE_IDT_ENTRY, 7, Bytes(load)),
      Record(TRAPLINE_GDT, 8, Bytes(load)),
      Record(TRAPLINE_GDT_ENTRY, 9, Bytes(load)),
      Record(TRAPLINE_TLS, 10, Bytes(load)),
      Record(TRAPLINE_STACK, 11, Bytes(load)),
      Record(TRAPLINE_DEATH, 12,
             absl::StrCat(Bytes(trapline_death{9, -12}), "bad stack")),
      StatusRecord(13),
  };
}

std::string Frame(uint32_t kind, uint32_t ordinal, absl::string_view payload) {
  std::string frame(trace::kHeadSize, '\0');
  absl::StrAppend(&frame, payload);
  trace::SealFrame(static_cast<trace::FrameKind>(kind), ordinal, &frame);
  return frame;
}

std::string FileBytes(const TestFile& file) {
  std::string bytes(TRAPLINE_FILE_MAGIC, 8);
  absl::StrAppend(&bytes, Bytes(uint32_t{TRAPLINE_FILE_VERSION}));
  uint32_t ordinal = 0;
  const trapline_file_first first = {file.cpu, 0, 1};
  absl::StrAppend(&bytes, Frame(TRAPLINE_FRAME_FIRST, ordinal++,
                                absl::StrCat(Bytes(first), file.header)));
  for (size_t i = 0; i < file.records.size();) {
    std::string payload;
    const size_t end =
        std::min(i + file.records_per_frame, file.records.size());
    for (; i < end; ++i) payload += file.records[i];
    absl::StrAppend(&bytes, Frame(TRAPLINE_FRAME_RECORDS, ordinal++, payload));
  }
  if (!file.ended) return bytes;
  const trapline_file_last last = {TRAPLINE_STOPPED, 0, file.records.size(), 0};
  return absl::StrCat(
      bytes, Frame(TRAPLINE_FRAME_LAST, ordinal,
                   absl::StrCat(Bytes(last),
                                StatusRecord(file.next_seq, file.status))));
}

}  // namespace trapline::convert
