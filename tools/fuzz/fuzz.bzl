# SPDX-License-Identifier: Apache-2.0

"""Harnesses: fuzzed by libFuzzer, run on committed inputs by a test and timed."""

def fuzz_target(name, srcs, deps, corpus = [], testonly = False):
    """Defines a harness, its test and its benchmark.

    Args:
      name: of the program that libFuzzer drives, for --config=fuzz; name +
        "_test" runs the harness on the corpus, or on what --test_arg names,
        name + "_benchmark" tells how long that takes.
      srcs: the harness, LLVMFuzzerTestOneInput.
      deps: what that needs.
      corpus: inputs, a file each.
      testonly: whether only tests may use it.
    """
    native.cc_library(
        name = name + "_harness",
        srcs = srcs,
        deps = deps + ["//tools/fuzz:harness"],
        testonly = testonly,
        alwayslink = True,
    )
    native.cc_binary(
        name = name,
        deps = [":" + name + "_harness"],
        linkopts = ["-fsanitize=fuzzer"],
        tags = ["manual"],
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
