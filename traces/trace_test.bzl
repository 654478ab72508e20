# SPDX-License-Identifier: Apache-2.0

"""Recordings as tests."""

def trace_replay_test(name, trace, flavor = None, expect = None, **kwargs):
    """Replays a trace; passes where it is VERIFIED, or as `expect` tells.

    Where it has to be VERIFIED, every clause is checked on every trap too.

    Long traces are shared out with shard_count, block by block.

    Args:
      name: name of the test.
      trace: label of the trace.
      flavor: replay against this flavor, "F2" to "F10", rather than that of
        the kernel recorded.
      expect: label of a file that tells what is found instead: see
        `trapline replay --help` and docs/TRACES.md. Not with shards.
      **kwargs: passed on to the test, such as shard_count or size.
    """
    args = ["replay", "$(location %s)" % trace]
    data = [trace]
    if flavor:
        args += ["--flavor", flavor]
    if expect:
        args += ["--expect", "$(location %s)" % expect]
        data.append(expect)
    else:
        args.append("--clauses")
    kwargs.setdefault("size", "small")
    native.sh_test(
        name = name,
        srcs = ["//replayer:trapline"],
        args = args,
        data = data,
        **kwargs
    )
