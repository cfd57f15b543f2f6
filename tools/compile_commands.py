#!/usr/bin/python3
"""Writes compile_commands.json, for clangd and clang-tidy, from Bazel's own compile actions.

Further arguments are Bazel's: the default is --config=clang, so that the flags are the ones clang's tools know.
"""

import json
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BAZEL = ["bazel", *os.environ.get("BAZEL_STARTUP_OPTIONS", "").split()]


def bazel(*args):
    return subprocess.run([*BAZEL, *args], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout


def main():
    flags = sys.argv[1:] or ["--config=clang"]
    base = bazel("info", "output_base").strip()
    query = 'mnemonic("CppCompile", //...)'
    actions = json.loads(bazel("aquery", *flags, "--output=jsonproto", "--include_artifacts=false", query))["actions"]
    commands = {}
    for arguments in (action["arguments"] for action in actions):
        source = arguments[arguments.index("-c") + 1]
        if not source.startswith("external/"):
            commands[source] = {
                "directory": ROOT,
                "file": source,
                "arguments": [
                    os.path.join(base, a) if a.startswith("external/") else a
                    for a in arguments
                    if not a.startswith(("-D__DATE__", "-D__TIME"))
                ],
            }
    with open(os.path.join(ROOT, "compile_commands.json"), "w") as out:
        json.dump(list(commands.values()), out, indent=1)
    print(f"{len(commands)} compile commands")


main()
