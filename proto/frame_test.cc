// SPDX-License-Identifier: Apache-2.0

#include "proto/frame.h"

#include "absl/strings/escaping.h"
#include "gtest/gtest.h"
#include "proto/columns.h"
#include "proto/testing_files.h"

namespace trapline::trace {
namespace {

TEST(Frame, AnEmptyTraceIsTheseBytes) {
  const std::string path = TestPath("frame.trace");
  Header header;
  header.set_kernel("2.6.32.69");
  auto writer = Writer::Create(path, header);
  ASSERT_EQ(writer.status(), absl::OkStatus());
  ASSERT_EQ((*writer)->Close(), absl::OkStatus());
  EXPECT_EQ(
      absl::BytesToHexString(ReadBytes(path)),
      "89545241500d0a1a0100000046524dd5010000000d000000000000005ac034a0f0c64a"
      "4908011209322e362e33322e363946524dd5030000000900000001000000905a3ff80e"
      "f99093290b8308795fc7f6a6");
}

TEST(Frame, AHeadIsReadAsItWasSealed) {
  std::string frame(kHeadSize, '\0');
  frame += "payload";
  const uint64_t checksum = SealFrame(kBlockFrame, 0x12345678, &frame);
  const auto head = ParseHead(frame);
  ASSERT_TRUE(head.has_value());
  EXPECT_EQ(head->kind, kBlockFrame);
  EXPECT_EQ(head->length, 7u);
  EXPECT_EQ(head->ordinal, 0x12345678u);
  EXPECT_EQ(head->checksum, checksum);
  EXPECT_EQ(FrameChecksum(frame, "payload"), checksum);
  EXPECT_NE(FrameChecksum(frame, "Payload"), checksum);
  EXPECT_FALSE(ParseHead(frame.substr(1)).has_value());
  EXPECT_FALSE(ParseHead(frame.substr(0, kHeadSize - 1)).has_value());
}

TEST(Frame, AHeaderFieldIsHowABlockWithThatHeaderBegins) {
  for (const size_t length : {5, 200, 20000}) {
    Block block;
    block.mutable_header()->set_cpu(std::string(length, 'x'));
    const std::string field = HeaderField(block.header().SerializeAsString());
    EXPECT_EQ(field, block.SerializeAsString());
  }
}

// Two traps and a hypercall, as the first version wrote them; every later one
// has to read them.
constexpr absl::string_view kVersion1 =
    "89545241500d0a1a0100000046524dd50100000032000000000000003118f517ba0384"
    "3f08011209322e362e33322e36391a024636380140808080fe0f78d285d8cc04920110"
    "0a066d7574616e741206226e6f6e652246524dd502000000200100000100000037d3ae"
    "57e84124c20a3208011209322e362e33322e36391a024636380140808080fe0f78d285"
    "d8cc049201100a066d7574616e741206226e6f6e65221802200130643a8f0128b52ffd"
    "20b1350400c2471c27902b8d01ffffff00f4ffea6ed9e90584c0ca87d0c2c6bd434370"
    "b9438fc3f67268636ff2489902998ab4d11c2cd20ba0554dd5a4e8c94cece08372590e"
    "3222dba888454c5f664eaefdac907f75fc20d4147f53c712a0856445ebda57ea4fc5fc"
    "027d3f409d01f116c6eb5f1b2f014f170700bc700330fcb54cd76a4db2407606000642"
    "1c28b52ffd20139900000a0201001201031a03fcf686220581808080044a1928b52ffd"
    "20108100000a06ded6c2d32b001206ba9804ba9804521928b52ffd20108100000a0e08"
    "012a0a080110021a040500000046524dd5030000000f000000020000007414151fc6bc"
    "c04008011002180129fd9c550091d36e47";

std::vector<Record> RecordsOfVersion1() {
  static constexpr uint8_t kEntry[] = {0x67, 0x60, 0x3D, 0x01};
  Trap fault;
  fault.number = 100;
  fault.present = kWordBits;
  fault.before[kTrapnum] = 14;
  fault.before[kErrcode] = 2;
  fault.before[kEip] = 0xC0100000;
  fault.before[kLastPagefault] = 0xC1355000;
  fault.after = fault.before;
  fault.gate_hi = 0xC0108E00;
  fault.accesses = {{kEntry, 20401168, 4, false}, {kEntry, 20401164, 4, true}};
  fault.calls.resize(2);
  fault.calls[0] = {DEMAND_PAGE, true, {0xC1355000, 2}, 1, {}};
  fault.calls[1] = {KILL_GUEST, false, {0, 0}, 0, "bad stack"};
  fault.tsc = 5858940335;
  fault.cycles = 68666;
  fault.insn = "\xFC\xF6\x86";
  fault.insn_pa = 0x100000;
  Event call;
  call.mutable_hypercall()->add_args(0);
  call.mutable_hypercall()->add_args(5);
  call.mutable_hypercall()->set_count(2);
  Trap last = fault;
  last.number = 101;
  last.before[0] = 7;
  last.after[0] = 8;
  return {fault, call, last};
}

TEST(Frame, ATraceOfVersion1StaysReadable) {
  const std::string path = TestPath("version1.trace");
  WriteBytes(path, absl::HexStringToBytes(kVersion1));
  const auto lines = ReadTrace(path);
  ASSERT_EQ(lines.status(), absl::OkStatus());
  EXPECT_EQ(*lines, Describe(RecordsOfVersion1()));
}

}  // namespace
}  // namespace trapline::trace
