# SPDX-License-Identifier: Apache-2.0

"""Mutants of the model: their definition, and a library of them."""

# One is included by the next, from the first to the last.
_HEADERS = [
    "//model:arch.h",
    "//model:cpu.h",
    "//model:guest_memory.h",
    "//model:page_walk.h",
    "//model:demand_page.h",
    "//model:emulate_insn.h",
    "//model:rewrite_hypercall.h",
    "//model:deliver_trap.h",
    "//model:handle_trap.h",
]

def mutant(name, file, change, old, new, equivalent = ""):
    """Defines a mutant.

    Args:
      name: an identifier.
      file: the header that differs from the model's.
      change: what is different, a sentence.
      old: text that stands in the header exactly once.
      new: text that the mutant has in its place.
      equivalent: why the mutant does nothing else than the model; empty where
        it does.
    """
    return struct(
        name = name,
        file = file,
        change = change,
        old = old,
        new = new,
        equivalent = equivalent,
    )

def _mutant_source_impl(ctx):
    args = ctx.actions.args()
    args.add(ctx.outputs.out)
    args.add_all([ctx.attr.mutant] + ctx.attr.definition)
    args.add_all(ctx.files.headers)
    ctx.actions.run(
        executable = ctx.executable._make_mutant,
        arguments = [args],
        inputs = ctx.files.headers,
        outputs = [ctx.outputs.out],
        mnemonic = "Mutate",
    )

_mutant_source = rule(
    implementation = _mutant_source_impl,
    attrs = {
        "definition": attr.string_list(),
        "headers": attr.label_list(allow_files = True),
        "mutant": attr.string(),
        "out": attr.output(),
        "_make_mutant": attr.label(
            default = ":make_mutant",
            executable = True,
            cfg = "exec",
        ),
    },
)

def mutants(name, all, deps):
    """A library that defines Mutants().

    Args:
      name: name of the library; name + "_sources" are all its sources.
      all: the mutants, in their order.
      deps: what mutant_prelude.h needs.
    """
    sources = []
    for one in all:
        source = "mutant_%s.cc" % one.name
        sources.append(source)
        _mutant_source(
            name = "make_mutant_" + one.name,
            definition = [
                one.file,
                one.change,
                one.equivalent,
                one.old,
                one.new,
            ],
            headers = _HEADERS,
            mutant = one.name,
            out = source,
            testonly = True,
        )
    _mutant_source(
        name = "make_" + name,
        definition = [one.name for one in all],
        mutant = "list",
        out = name + ".cc",
        testonly = True,
    )
    native.filegroup(
        name = name + "_sources",
        srcs = sources + [name + ".cc"],
        testonly = True,
    )

    # A mutant may leave a variable unused, and is run a few times only.
    native.cc_library(
        name = name,
        srcs = sources + [name + ".cc"],
        copts = [
            "-O1",
            "-w",
        ],
        testonly = True,
        deps = deps,
    )
