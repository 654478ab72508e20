// SPDX-License-Identifier: Apache-2.0

#include "replayer/capture/line_reader.h"

#include <zstd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "proto/memory_files.h"

namespace trapline::capture {
namespace {

constexpr absl::string_view kZstdMagic = "\x28\xb5\x2f\xfd";
constexpr size_t kInputBytes = size_t{1} << 17;
constexpr size_t kTextBytes = kMaxLineBytes + kInputBytes;

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

struct FreeContext {
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

// What follows what in the buffers: `input_` is what the file holds, `text_`
// is that or its decompression, of which [begin_, end_) is not given out yet.
class FileLineReader final : public LineReader {
 public:
  FileLineReader(std::string path, std::FILE* file)
      : path_(std::move(path)),
        file_(file),
        input_(new char[kInputBytes]),
        text_(new char[kTextBytes]) {}

  absl::Status Start() {
    if (absl::Status status = ReadInput(); !status.ok()) return status;
    if (absl::StartsWith(absl::string_view(input_.get(), unread_.size),
                         kZstdMagic)) {
      zstd_.reset(ZSTD_createDCtx());
    }
    return absl::OkStatus();
  }

  absl::StatusOr<std::optional<absl::string_view>> Next() override {
    size_t searched = begin_;
    for (;;) {
      const char* text = text_.get();
      const void* newline = std::memchr(text + searched, '\n', end_ - searched);
      const size_t stop =
          newline != nullptr ? static_cast<const char*>(newline) - text : end_;
      if (stop - begin_ > kMaxLineBytes) {
        return absl::DataLossError(
            absl::StrCat("is a line of more than ", kMaxLineBytes,
                         " bytes, expected lines up to that"));
      }
      if (newline != nullptr || (text_ended_ && begin_ < end_)) {
        const absl::string_view line(text + begin_, stop - begin_);
        begin_ = newline != nullptr ? stop + 1 : stop;
        return line;
      }
      if (text_ended_) return std::nullopt;
      std::memmove(text_.get(), text + begin_, end_ - begin_);
      end_ -= begin_;
      begin_ = 0;
      searched = end_;
      if (absl::Status status = ReadText(); !status.ok()) return status;
    }
  }

 private:
  // More of the file, once all of the last was used.
  absl::Status ReadInput() {
    unread_ = {input_.get(), 0, 0};
    if (file_ended_) return absl::OkStatus();
    errno = 0;
    unread_.size = std::fread(input_.get(), 1, kInputBytes, file_.get());
    if (std::ferror(file_.get()) != 0) {
      return absl::ErrnoToStatus(errno, path_);
    }
    file_ended_ = unread_.size < kInputBytes;
    return absl::OkStatus();
  }

  absl::Status ReadText() {
    if (unread_.pos == unread_.size) {
      if (absl::Status status = ReadInput(); !status.ok()) return status;
    }
    if (zstd_ != nullptr) return Decompress();
    std::memcpy(text_.get() + end_, input_.get(), unread_.size);
    unread_.pos = unread_.size;
    end_ += unread_.size;
    text_ended_ = unread_.size == 0;
    return absl::OkStatus();
  }

  absl::Status Decompress() {
    if (unread_.pos == unread_.size && frame_ended_) {
      text_ended_ = true;
      return absl::OkStatus();
    }
    ZSTD_outBuffer output = {text_.get() + end_, kTextBytes - end_, 0};
    const size_t result = ZSTD_decompressStream(zstd_.get(), &output, &unread_);
    if (ZSTD_isError(result) != 0) {
      return absl::DataLossError(
          absl::StrCat("stands where the zstd stream is damaged (",
                       ZSTD_getErrorName(result), "), expected an intact one"));
    }
    frame_ended_ = result == 0;
    end_ += output.pos;
    if (output.pos == 0 && !frame_ended_ && file_ended_ &&
        unread_.pos == unread_.size) {
      return absl::DataLossError(
          "stands where the zstd stream is cut off, expected its end");
    }
    return absl::OkStatus();
  }

  const std::string path_;
  const std::unique_ptr<std::FILE, CloseFile> file_;
  // Large, and so not filled with zeros.
  const std::unique_ptr<char[]> input_;
  ZSTD_inBuffer unread_ = {nullptr, 0, 0};
  bool file_ended_ = false;

  std::unique_ptr<ZSTD_DCtx, FreeContext> zstd_;  // none for plain text
  bool frame_ended_ = false;

  const std::unique_ptr<char[]> text_;
  size_t begin_ = 0;
  size_t end_ = 0;
  bool text_ended_ = false;
};

// Null, with errno, where there is none.
std::FILE* OpenFile(const std::string& path) {
  const trace::MemoryFiles* const files = trace::MemoryFiles::Current();
  if (files == nullptr) return std::fopen(path.c_str(), "rbe");
  const std::string* const bytes = files->Find(path);
  errno = ENOENT;
  return bytes == nullptr
             ? nullptr
             : fmemopen(const_cast<char*>(bytes->data()), bytes->size(), "rb");
}

}  // namespace

absl::StatusOr<std::unique_ptr<LineReader>> LineReader::Open(
    const std::string& path) {
  std::FILE* file = OpenFile(path);
  if (file == nullptr) return absl::ErrnoToStatus(errno, path);
  auto reader = std::make_unique<FileLineReader>(path, file);
  if (absl::Status status = reader->Start(); !status.ok()) return status;
  return reader;
}

}  // namespace trapline::capture
