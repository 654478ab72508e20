// SPDX-License-Identifier: Apache-2.0

#include "replayer/capture/samples.h"

#include <gtest/gtest.h>
#include <zstd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"

namespace trapline::capture {

std::string SampleHeader() {
  return R"({"lguest_capture":1,"kernel":"2.6.32.69","flavor":"F6",)"
         R"("cpu":"QEMU TCG","smp":false,"pae":false,"address_ok":"new",)"
         R"("switcher_addr":4290772992,"lguest_irqs":16,"workload":"sample",)"
         R"("lost":0})"
         "\n";
}

std::string SampleTrap(uint64_t number) {
  return absl::StrCat(
      R"({"trap":)", number, R"(,"tsc":)", 2018596710 + 1000 * number,
      R"(,"cycles":5834,"pre":{"eax":141004880,"ebx":1,"ecx":2,"edx":3,)"
      R"("esi":4294967295,"edi":5,"ebp":6,"gs":51,"fs":0,"ds":123,"es":123,)"
      R"("trapnum":14,"errcode":4,"eip":135210912,"cs":115,"eflags":642,)"
      R"("esp":3220745180,"ss":123,"last_pagefault":135210912,"ts":0,)"
      R"("kernel_address":3221225472,"lguest_data":3029729536,"halted":0,)"
      R"("gpgdir":1777664,"esp1":3223527416,"ss1":105,)"
      R"("noirq_start":3238005577,"noirq_end":3238005585,"irqs_pending":0,)"
      R"("changed":0,"pending_notify":0,"next_hcall":60,"stack_pages":2,)"
      R"("pfn_limit":16394,"hcall_pending":0,"dead":0,"ld_irq_enabled":512,)"
      R"("ld_blocked":0,"ld_cr2":134650448,"ld_irq_pending":512},)"
      R"("insn":"f3abbf609e2900b9","insn_pa":16781837,)"
      R"("gate":[6395124,3240201728],"mem":[["r",1777792,"67c01a00"],)"
      R"(["w",2301940,"7b000000"]],"calls":[["guest_pagetable_clear_all"],)"
      R"(["demand_page",135210912,4,0],["deliver_trap",14,1],)"
      R"(["kill_guest","unhandled \"trap\" \u00e9"]],)"
      R"("post":{"eip":3240203508,"cs":97,"ld_cr2":135210912}})"
      "\n");
}

std::string Edit(const std::string& text, absl::string_view from,
                 absl::string_view to) {
  const std::vector<absl::string_view> parts = absl::StrSplit(text, from);
  EXPECT_EQ(parts.size(), 2) << from;
  return absl::StrJoin(parts, to);
}

std::string Compress(absl::string_view text) {
  ZSTD_CCtx* context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
  std::string frame(ZSTD_compressBound(text.size()), '\0');
  frame.resize(ZSTD_compress2(context, frame.data(), frame.size(), text.data(),
                              text.size()));
  ZSTD_freeCCtx(context);
  return frame;
}

std::string TestPath(absl::string_view name) {
  const auto* test = testing::UnitTest::GetInstance()->current_test_info();
  const std::string folder =
      absl::StrCat(testing::TempDir(), "/",
                   absl::StrReplaceAll(
                       absl::StrCat(test->test_suite_name(), ".", test->name()),
                       {{"/", "."}}));
  std::filesystem::create_directories(folder);
  return absl::StrCat(folder, "/", name);
}

std::string WriteTestFile(absl::string_view name, absl::string_view content) {
  std::string path = TestPath(name);
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(content.data(), static_cast<std::streamsize>(content.size()));
  EXPECT_TRUE(file.flush()) << path;
  return path;
}

std::string ReadTestFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

}  // namespace trapline::capture
