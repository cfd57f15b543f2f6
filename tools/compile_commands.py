#!/usr/bin/python3
"""Writes compile_commands.json, for clangd and clang-tidy, from Bazel's own compile actions.

Further arguments are Bazel's: the default is --config=clang, so that the flags are the ones clang's tools know.
BAZEL_STARTUP_OPTIONS is what it is to ./run, which calls this: the same Bazel server, the same output base.
"""

import json
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BAZEL = ["bazel", *os.environ.get("BAZEL_STARTUP_OPTIONS", "").split()]

# Redefined by Bazel for builds that repeat; and the module maps of layering_check, which exist for the build only.
LEFT_OUT = ("-D__DATE__", "-D__TIME", "-fmodule", "-Wprivate-header")


def bazel(*args):
    done = subprocess.run([*BAZEL, *args], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        sys.exit(f"bazel {args[0]} failed:\n{done.stderr}")
    return done.stdout


def command(arguments, output_base):
    """One command as clang's tools want it: run from the tree's root, where external/ is not."""
    return [
        os.path.join(output_base, a) if a.startswith("external/") else a
        for a in arguments
        if not a.startswith(LEFT_OUT)
    ]


def main():
    flags = sys.argv[1:] or ["--config=clang"]
    output_base = bazel("info", *flags, "output_base").strip()
    query = 'mnemonic("CppCompile", //...)'
    text = bazel("aquery", *flags, "--output=jsonproto", "--include_artifacts=false", query)
    commands = {}
    for action in json.loads(text).get("actions", []):
        arguments = action["arguments"]
        source = arguments[arguments.index("-c") + 1]
        if not source.startswith("external/"):
            commands[source] = {"directory": ROOT, "file": source, "arguments": command(arguments, output_base)}
    path = os.path.join(ROOT, "compile_commands.json")
    with open(path + ".new", "w") as out:
        json.dump([commands[source] for source in sorted(commands)], out, indent=1)
    os.replace(path + ".new", path)  # a reader sees the old file or the new one, never half of it
    print(f"{len(commands)} compile commands", file=sys.stderr)


main()
