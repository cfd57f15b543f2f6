# What every part of ./run shares: where things are, how it speaks, how it calls Bazel. Sourced.
# shellcheck shell=bash

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cache=${XDG_CACHE_HOME:-${HOME:-~}/.cache}/millpond

say() {
  printf '== %s\n' "$*" >&2
}

# One sentence, and out.
die() {
  printf 'run: %s\n' "$*" >&2
  exit 1
}

# Bazel in this workspace. BAZEL_STARTUP_OPTIONS, such as --output_base=DIR, holds for every call of
# a run, those of tools/compile_commands.py included.
in_bazel() {
  local startup
  read -ra startup <<<"${BAZEL_STARTUP_OPTIONS:-}"
  (cd "$root" && bazel "${startup[@]}" "$@")
}

# On a terminal Bazel redraws its progress; into a log it shall write a line now and then.
progress_flags() {
  if [[ -t 2 ]]; then
    echo --show_progress_rate_limit=0.2
  else
    echo --curses=no --color=no --show_progress_rate_limit=15
  fi
}

# The real path behind .bazel/NAME, after a build: the link itself moves with the next build.
built() {
  readlink -f "$root/.bazel/$1" || die "no .bazel/$1 after the build: whose --symlink_prefix?"
}
