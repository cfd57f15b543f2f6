"""The project's own C++ rules: its flags, its include prefix, and nothing a consumer's targets would inherit."""

load("@rules_cc//cc:defs.bzl", "cc_binary", "cc_library", "cc_test")

_COPTS = [
    "-std=c++20",
    "-Wall",
    "-Wextra",
    "-Werror",
]

def millpond_library(name, **kwargs):
    """A cc_library whose headers are included as "millpond/<folder>/<file>.h".

    The prefix keeps a monorepo with a pools/ or policy/ folder of its own from shadowing ours.

    Args:
      name: the target's name; one concept, so usually the header's base name.
      **kwargs: as for cc_library.
    """
    package = native.package_name()
    cc_library(
        name = name,
        copts = _COPTS + kwargs.pop("copts", []),
        include_prefix = "millpond/" + package if package else "millpond",
        strip_include_prefix = "/" + package if package else None,
        **kwargs
    )

def millpond_binary(name, **kwargs):
    """A cc_binary with the project's flags.

    Args:
      name: the target's name.
      **kwargs: as for cc_binary.
    """
    cc_binary(
        name = name,
        copts = _COPTS + kwargs.pop("copts", []),
        **kwargs
    )

def millpond_test(name, deps = [], main = "@googletest//:gtest_main", size = "small", **kwargs):
    """A GoogleTest with the project's flags, named <concept>_test and built from <name>.cc.

    Args:
      name: the target's name.
      deps: what it tests.
      main: the library with main(); None where the test has its own.
      size: Bazel's size; a test that starts servers is "medium".
      **kwargs: as for cc_test.
    """
    cc_test(
        name = name,
        size = size,
        srcs = kwargs.pop("srcs", [name + ".cc"]),
        copts = _COPTS + kwargs.pop("copts", []),
        deps = deps + ["@googletest//:gtest"] + ([main] if main else []),
        **kwargs
    )
