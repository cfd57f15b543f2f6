#!/usr/bin/python3
"""Stand-in for Bazel's Java CoverageOutputGenerator, which an offline machine cannot download.

As lcov_merger: gcov data under --coverage_dir, for the sources in --source_file_manifest, to lcov.
As coverage_report_generator: the lcov files listed in --reports_file, to one lcov file.
"""
import argparse
import collections
import json
import os
import pathlib
import subprocess

p = argparse.ArgumentParser()
p.add_argument("--coverage_dir")
p.add_argument("--output_file", required=True)
p.add_argument("--source_file_manifest")
p.add_argument("--reports_file")
args, _ = p.parse_known_args()

lines = collections.defaultdict(collections.Counter)  # file -> line -> hits
branches = collections.defaultdict(collections.Counter)  # file -> (line, index) -> hits
functions = collections.defaultdict(collections.Counter)  # file -> (line, name) -> hits


def read_lcov(path):
    name = None
    starts = {}
    for row in open(path):
        key, _, rest = row.strip().partition(":")
        if key == "SF":
            name, starts = rest, {}
        elif key == "DA":
            line, hits = rest.split(",")[:2]
            lines[name][int(line)] += int(hits)
        elif key == "BRDA":
            line, _, index, hits = rest.split(",")
            branches[name][int(line), int(index)] += 0 if hits == "-" else int(hits)
        elif key == "FN":
            line, function = rest.split(",", 1)
            starts[function] = int(line)
        elif key == "FNDA":
            hits, function = rest.split(",", 1)
            functions[name][starts[function], function] += int(hits)


def read_gcda(path, wanted):
    out = subprocess.run([os.environ.get("COVERAGE_GCOV_PATH", "gcov"), "-i", "-b", "-t", "-o", path.parent, path],
                         capture_output=True, text=True, check=True).stdout
    for unit in map(json.loads, filter(None, out.splitlines())):
        for f in unit["files"]:
            name = f["file"]
            if name not in wanted:
                continue
            for fn in f["functions"]:
                functions[name][fn["start_line"], fn["demangled_name"]] += fn["execution_count"]
            for line in f["lines"]:
                lines[name][line["line_number"]] += line["count"]
                real = [b for b in line["branches"] if not b["throw"]]
                for i, b in enumerate(real if len(real) > 1 else []):
                    branches[name][line["line_number"], i] += b["count"]


if args.reports_file:
    for report in open(args.reports_file).read().split():
        read_lcov(report)
else:
    wanted = set(open(args.source_file_manifest).read().split())
    for gcda in sorted(pathlib.Path(args.coverage_dir).rglob("*.gcda")):
        if gcda.with_suffix(".gcno").exists():
            read_gcda(gcda, wanted)

with open(args.output_file, "w") as out:
    for name in sorted(lines):
        print("SF:" + name, file=out)
        for (line, function), hits in sorted(functions[name].items()):
            print(f"FN:{line},{function}\nFNDA:{hits},{function}", file=out)
        for (line, index), hits in sorted(branches[name].items()):
            print(f"BRDA:{line},0,{index},{hits}", file=out)
        for line, hits in sorted(lines[name].items()):
            print(f"DA:{line},{hits}", file=out)
        print(f"LH:{sum(1 for h in lines[name].values() if h)}\nLF:{len(lines[name])}\nend_of_record", file=out)
