// SPDX-License-Identifier: Apache-2.0

#include "proto/header.h"

#include "absl/strings/str_cat.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "proto/frame.h"
#include "proto/section.h"

namespace trapline::trace {

absl::StatusOr<std::string> SerializeHeader(Header header) {
  if (header.format_version() == 0) header.set_format_version(1);
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream out(&stream);
    out.SetSerializationDeterministic(true);
    header.SerializeToCodedStream(&out);
  }
  const auto read = ParseHeader(bytes);
  if (!read.ok()) return absl::InvalidArgumentError(read.status().message());
  return bytes;
}

absl::StatusOr<Header> ParseHeader(absl::string_view bytes) {
  if (bytes.size() > kMaxHeader) {
    return absl::DataLossError("Header: more than 1 MiB");
  }
  Header header;
  absl::Status status = ParseStrictly(bytes, &header);
  if (!status.ok()) return status;
  const uint32_t version = header.format_version();
  if (version == 0 || version > kVersion) {
    return absl::DataLossError(absl::StrCat("Header: of version ", version));
  }
  status = ParseStrictly(bytes, &header, version);
  if (!status.ok()) return status;
  if (!Header::AddressOk_IsValid(header.address_ok())) {
    return absl::DataLossError("Header: an address_ok of no meaning");
  }
  return header;
}

}  // namespace trapline::trace
