"""A fuzz target: for libFuzzer, and its corpus replayed as a test of any compiler."""

load("//bazel:cc.bzl", "millpond_binary", "millpond_library", "millpond_test")

def millpond_fuzz(name, corpus, deps):
    """NAME_fuzz, the target of NAME_fuzz.cc; NAME_fuzzer with libFuzzer; NAME_corpus_test.

    The fuzzer needs clang and instrumented code, so it is built by name only:
    bazel build --config=fuzz //tests/fuzz:NAME_fuzzer

    Args:
      name: what is fuzzed.
      corpus: the files to start from, and every input that once broke something.
      deps: what NAME_fuzz.cc includes.
    """
    millpond_library(
        name = name + "_fuzz",
        testonly = True,
        srcs = [name + "_fuzz.cc"],
        deps = deps + [":fuzz_target"],
        alwayslink = True,
    )
    millpond_binary(
        name = name + "_fuzzer",
        testonly = True,
        linkopts = ["-fsanitize=fuzzer"],
        tags = ["manual"],
        deps = [":" + name + "_fuzz"],
    )
    millpond_test(
        name = name + "_corpus_test",
        srcs = ["replay.cc"],
        args = ["$(rootpath {})".format(file) for file in corpus],
        data = corpus,
        main = None,
        deps = [
            ":" + name + "_fuzz",
            ":fuzz_target",
        ],
    )
