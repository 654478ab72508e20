# SPDX-License-Identifier: Apache-2.0

"""Harnesses: fuzzed by libFuzzer, run on committed inputs by a test and timed."""

# What brings main. afl-cc does not look for its flags where Bazel puts them, in
# a file.
FUZZER = select({
    "//tools/fuzz:afl": ["/usr/lib/afl/libAFLDriver.a"],
    "//conditions:default": ["-fsanitize=fuzzer"],
})

# The entropic schedule counts how often each feature was seen, which takes more
# time than it is worth here. AFL++ has flags of its own.
SCHEDULE = ["-entropic=0"]

# The linker has these of others go by tell_input.cc.
WATCHED = ["-Wl,--wrap=main,--wrap=LLVMFuzzerTestOneInput"]

def fuzzer(name, test, deps, flags = [], testonly = False):
    """Defines the program that fuzzes a harness.

    Args:
      name: of the program.
      test: of this package, that takes inputs again.
      deps: the harness.
      flags: libFuzzer's, which `bazel run` gives before a user's.
      testonly: whether only tests may use it.
    """
    native.cc_binary(
        name = name,
        srcs = ["//tools/fuzz:tell_input.cc"],
        args = select({
            "//tools/fuzz:afl": [],
            "//conditions:default": SCHEDULE + flags,
        }),
        local_defines = ['FUZZ_TEST=\\"//%s:%s\\"' % (native.package_name(), test)],
        linkopts = FUZZER + WATCHED,
        tags = ["manual"],
        deps = deps + ["//tools/fuzz:reproduce"],
        testonly = testonly,
    )

def fuzz_target(name, srcs, deps, corpus = [], flags = [], testonly = False):
    """Defines a harness, its test and its benchmark.

    Args:
      name: of the program that libFuzzer drives, for --config=fuzz; name +
        "_test" runs the harness on the corpus, or on what --test_arg names,
        name + "_benchmark" tells how long that takes.
      srcs: the harness, LLVMFuzzerTestOneInput.
      deps: what that needs.
      corpus: inputs, a file each.
      flags: libFuzzer's.
      testonly: whether only tests may use it.
    """
    native.cc_library(
        name = name + "_harness",
        srcs = srcs,
        deps = deps + ["//tools/fuzz:harness"],
        testonly = testonly,
        alwayslink = True,
    )
    fuzzer(
        name = name,
        test = name + "_test",
        deps = [":" + name + "_harness"],
        flags = flags,
        testonly = testonly,
    )
    native.cc_test(
        name = name + "_test",
        size = "small",
        args = ["$(locations %s)" % input for input in corpus],
        data = corpus,
        deps = [
            ":" + name + "_harness",
            "//tools/fuzz:take_inputs",
        ],
    )
    native.cc_binary(
        name = name + "_benchmark",
        args = ["$(locations %s)" % input for input in corpus],
        data = corpus,
        tags = ["manual"],
        testonly = testonly,
        deps = [
            ":" + name + "_harness",
            "//tools/fuzz:benchmark_inputs",
        ],
    )
