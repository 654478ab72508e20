// SPDX-License-Identifier: Apache-2.0

// Writes the traces of this folder:
//
//   bazel run //traces/bad:make_bad -- $PWD/traces/good $PWD/traces/bad

#include <cstdio>
#include <string>

#include "absl/strings/str_cat.h"
#include "proto/testing_files.h"
#include "traces/bad/corpus.h"

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs("usage: make_bad FOLDER_OF_GOOD_TRACES FOLDER_TO_WRITE_TO\n",
               stderr);
    return 2;
  }
  const auto corpus = trapline::bad::Corpus(argv[1]);
  if (!corpus.ok()) {
    std::fprintf(stderr, "make_bad: %s\n", corpus.status().ToString().c_str());
    return 1;
  }
  for (const trapline::bad::BadTrace& bad : *corpus) {
    const std::string path = absl::StrCat(argv[2], "/", bad.name, ".trace");
    trapline::trace::WriteBytes(path, bad.bytes);
    if (trapline::trace::ReadBytes(path) != bad.bytes) {
      std::fprintf(stderr, "make_bad: %s cannot be written\n", path.c_str());
      return 1;
    }
  }
  return 0;
}
