// SPDX-License-Identifier: Apache-2.0

#include <functional>

#include "proto/columns.h"
#include "proto/frame.h"
#include "traces/bad/corpus.h"

namespace trapline::bad {
namespace {

// A word that the model reads whatever the flavor.
constexpr int kGpgdir = trace::Words::kGpgdirFieldNumber - 1;
constexpr uint64_t kBitOfNoMeaning = uint64_t{1} << 50;
constexpr char kCallOfNoMeaning = 9;

using Edit = std::function<void(trace::Columns*)>;

std::string WithHeader(Recording recording,
                       const std::function<void(trace::Header*)>& edit) {
  edit(&recording.header);
  return Join(recording);
}

std::string WithColumns(Recording recording, const Edit& edit) {
  EditColumns(&recording, edit);
  return Join(recording);
}

std::string WithColumnsFrame(Recording recording, const std::string& frame) {
  recording.blocks[0].set_columns(frame);
  return Join(recording);
}

std::string WithTraps(Recording recording, uint32_t traps) {
  recording.blocks[0].set_traps(traps);
  return Join(recording);
}

std::string WithoutBlocks(Recording recording) {
  recording.blocks.clear();
  return Join(recording);
}

}  // namespace

std::vector<BadTrace> ContentFaults(const Sources& sources) {
  Recording one_block = sources.recording;
  one_block.blocks.resize(1);
  const auto columns = [&](const Edit& edit) {
    return WithColumns(one_block, edit);
  };
  return {
      {"no-trap", WithoutBlocks(one_block)},
      {"flavor-not-modelled",
       WithHeader(one_block, [](auto* header) { header->set_flavor("F13"); })},
      {"pae-before-there-was-pae", WithHeader(one_block,
                                              [](auto* header) {
                                                header->set_flavor("F2");
                                                header->set_pae(true);
                                              })},
      {"section-not-zstd", WithColumnsFrame(one_block, "columns")},
      {"section-claims-4-gib",
       WithColumnsFrame(one_block, Zeros(uint64_t{4} << 30, 1))},
      {"section-is-a-bomb",
       WithColumnsFrame(one_block, Zeros(trace::kMaxSection, 512))},
      {"section-of-zeros", WithColumnsFrame(one_block, Zeros(128 << 10, 1))},
      {"trap-count-wrong",
       WithTraps(one_block, one_block.blocks[0].traps() + 1)},
      {"mask-bit-of-no-meaning", columns([](auto* c) {
         c->set_before_changed(1, c->before_changed(1) | kBitOfNoMeaning);
       })},
      {"call-of-no-meaning",
       columns([](auto* c) { (*c->mutable_call())[0] = kCallOfNoMeaning; })},
      {"column-runs-out", columns([](auto* c) {
         c->mutable_before()->mutable_eip()->RemoveLast();
       })},
      {"data-runs-out",
       columns([](auto* c) { c->mutable_data()->pop_back(); })},
      {"column-left-over",
       columns([](auto* c) { c->mutable_before()->add_eip(0); })},
      {"word-not-recorded", columns([](auto* c) {
         c->set_present(0, c->present(0) & ~(uint64_t{1} << kGpgdir));
       })},
  };
}

}  // namespace trapline::bad
