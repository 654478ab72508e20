// SPDX-License-Identifier: Apache-2.0

// The Header's bytes, which stand in the file as often as it has blocks.

#ifndef TRAPLINE_PROTO_HEADER_H_
#define TRAPLINE_PROTO_HEADER_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "proto/trace.pb.h"

namespace trapline::trace {

// Of version 1 where `format_version` is 0. InvalidArgumentError for a header
// that its version cannot hold.
absl::StatusOr<std::string> SerializeHeader(Header header);

// DataLossError.
absl::StatusOr<Header> ParseHeader(absl::string_view bytes);

}  // namespace trapline::trace

#endif  // TRAPLINE_PROTO_HEADER_H_
