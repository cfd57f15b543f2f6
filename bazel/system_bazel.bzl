"""The repositories Bazel itself asks for, from Debian's packages where there are any, else from their archives.

Debian's Bazel 4 downloads rules_cc, rules_java and the coverage tools even for a C++ test; with these it needs no
network. On another Bazel (5 or 6 in WORKSPACE mode) the same names come from the usual archives.
"""

load("@bazel_tools//tools/build_defs/repo:utils.bzl", "maybe")

def _system_or_archive_impl(ctx):
    if not ctx.path(ctx.attr.path).exists:
        ctx.download_and_extract(url = ctx.attr.url, sha256 = ctx.attr.sha256, stripPrefix = ctx.attr.strip_prefix)
        return
    copied = ctx.execute(["cp", "-RL", ctx.attr.path + "/.", "."])
    if copied.return_code:
        fail("cannot copy {}: {}".format(ctx.attr.path, copied.stderr))
    for name in ctx.attr.patched:
        text = ctx.read(name)
        for old, new in ctx.attr.replace.items():
            text = text.replace(old, new)
        ctx.file(name, text, executable = False)

_system_or_archive = repository_rule(
    implementation = _system_or_archive_impl,
    attrs = {
        "path": attr.string(mandatory = True),
        "patched": attr.string_list(),
        "replace": attr.string_dict(),
        "sha256": attr.string(mandatory = True),
        "strip_prefix": attr.string(),
        "url": attr.string_list(mandatory = True),
    },
)

def _coverage_tools_impl(ctx):
    ctx.symlink(ctx.attr._merger, "coverage.py")
    ctx.file("BUILD", """package(default_visibility = ["//visibility:public"])

[sh_binary(name = name, srcs = ["coverage.py"]) for name in ["coverage_report_generator", "lcov_merger"]]
""", executable = False)

_coverage_tools = repository_rule(
    implementation = _coverage_tools_impl,
    attrs = {"_merger": attr.label(default = "//bazel:coverage.py", allow_single_file = True)},
)

def system_bazel_repositories():
    """rules_cc, rules_java and remote_coverage_tools, each unless already declared."""
    maybe(
        _system_or_archive,
        name = "rules_cc",
        path = "/usr/share/bazel/rules/cc",
        # rules_cc 0.0.4 wants use_cpp_toolchain(), which @bazel_tools has from Bazel 5 on.
        patched = [
            "cc/private/rules_impl/cc_flags_supplier.bzl",
            "cc/private/rules_impl/compiler_flag.bzl",
        ],
        replace = {
            '"find_cpp_toolchain", "use_cpp_toolchain"': '"find_cpp_toolchain"',
            "use_cpp_toolchain()": '["@bazel_tools//tools/cpp:toolchain_type"]',
        },
        sha256 = "af6cc82d87db94585bceeda2561cb8a9d55ad435318ccb4ddfee18a43580fb5d",
        strip_prefix = "rules_cc-0.0.4",
        url = ["https://github.com/bazelbuild/rules_cc/releases/download/0.0.4/rules_cc-0.0.4.tar.gz"],
    )
    maybe(
        _system_or_archive,
        name = "rules_java",
        path = "/usr/share/bazel/rules/java",
        sha256 = "bc81f1ba47ef5cc68ad32225c3d0e70b8c6f6077663835438da8d5733f917598",
        strip_prefix = "rules_java-7cf3cefd652008d0a64a419c34c13bdca6c8f178",
        url = ["https://github.com/bazelbuild/rules_java/archive/7cf3cefd652008d0a64a419c34c13bdca6c8f178.zip"],
    )
    maybe(_coverage_tools, name = "remote_coverage_tools")
