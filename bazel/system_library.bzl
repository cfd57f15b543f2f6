"""A library the operating system installed, as a Bazel repository of just its own headers."""

_ROOTS = [
    "/usr/include",
    "/usr/include/x86_64-linux-gnu",
    "/usr/include/aarch64-linux-gnu",
    "/usr/local/include",
]

_BUILD = """load("@rules_cc//cc:defs.bzl", "cc_library")

package(default_visibility = ["//visibility:public"])

cc_library(
    name = "{name}",
    hdrs = glob(["include/**"]),
    defines = {defines},
    includes = {includes},
    linkopts = {linkopts},
)
"""

_MAIN = """
cc_library(
    name = "{name}",
    linkopts = {linkopts},
    deps = [":{library}"],
)
"""

def _system_library_impl(ctx):
    for header in ctx.attr.headers:
        found = [root + "/" + header for root in _ROOTS if ctx.path(root + "/" + header).exists]
        if not found:
            fail("no {} under {}: apt-get install {}".format(header, ", ".join(_ROOTS), ctx.attr.debian))
        ctx.symlink(found[0], "include/" + header)
    text = _BUILD.format(
        name = ctx.attr.library,
        defines = ctx.attr.defines,
        includes = ctx.attr.includes,
        linkopts = ctx.attr.linkopts,
    )
    for name, option in ctx.attr.mains.items():
        text += _MAIN.format(name = name, library = ctx.attr.library, linkopts = [option])
    ctx.file("BUILD", text, executable = False)
    ctx.file("WORKSPACE", "", executable = False)

system_library = repository_rule(
    implementation = _system_library_impl,
    attrs = {
        "debian": attr.string(mandatory = True, doc = "the Debian package that has it"),
        "defines": attr.string_list(),
        "headers": attr.string_list(mandatory = True, doc = "its headers and header folders, under an include folder"),
        "includes": attr.string_list(default = ["include"], doc = "the folders that #include searches"),
        "library": attr.string(mandatory = True, doc = "the target's name"),
        "linkopts": attr.string_list(),
        "mains": attr.string_dict(doc = "further targets that add one link option, such as a main()"),
    },
    local = True,
)
