# SPDX-License-Identifier: Apache-2.0

"""What runs on i386 hosts, built and tested on a machine of another kind."""

def i386_binary(name, srcs, hdrs = [], includes = [], **kwargs):
    """A static program for i386, of C and musl: it needs nothing of its host.

    Args:
      name: name of the program.
      srcs: .c files.
      hdrs: what they include, from the root.
      includes: system headers that include nothing but the C library's.
      **kwargs: passed on to the genrule.
    """
    native.genrule(
        name = name + "_i386",
        srcs = srcs + hdrs + includes + ["@i386//:libc"],
        outs = [name],
        cmd = " ".join([
            "libc=$$(dirname $$(echo $(locations @i386//:libc) |",
            "tr ' ' '\\n' | grep /crt1.o$$)) &&",
            "gcc -std=gnu99 -m32 -march=i586 -O2 -g0 -Wall -Wextra -Werror",
            "-fno-pie -no-pie -fno-stack-protector -static -nostdlib -nostdinc",
            "-fno-asynchronous-unwind-tables -Wl,--build-id=none",
            "-isystem $$libc/include -iquote .",
            " ".join(["-isystem $$(dirname $(location %s))" % i for i in includes]),
            "-o $@ $$libc/crt1.o $$libc/crti.o",
            " ".join(["$(location %s)" % src for src in srcs]),
            "$$libc/libc.a $$libc/libgcc.a $$libc/crtn.o",
        ]),
        executable = True,
        **kwargs
    )
