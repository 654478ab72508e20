# SPDX-License-Identifier: Apache-2.0

"""Protocol Buffers by the protoc and the library of the system."""

def cc_proto(name, srcs, **kwargs):
    """A cc_library of .proto files, which name each other from the root.

    Args:
      name: name of the library; x.proto is included as "package/x.pb.h".
      srcs: the .proto files, all of this package.
      **kwargs: passed on to the cc_library.
    """
    stems = [src[:-len(".proto")] for src in srcs]
    headers = [stem + ".pb.h" for stem in stems]
    sources = [stem + ".pb.cc" for stem in stems]
    native.genrule(
        name = name + "_protoc",
        srcs = srcs,
        outs = headers + sources,
        cmd = "$(location @usr//:protoc) --cpp_out=$(BINDIR) $(SRCS)",
        tools = ["@usr//:protoc"],
        visibility = ["//visibility:private"],
    )
    native.cc_library(
        name = name,
        srcs = sources,
        hdrs = headers,
        copts = ["-w"],
        deps = ["@usr//:protobuf"],
        **kwargs
    )
