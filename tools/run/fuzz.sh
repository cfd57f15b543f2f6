# Fuzzing: every target of tests/fuzz under libFuzzer with ASan and UBSan, all at once. Sourced.
# shellcheck shell=bash

fuzz_names() {
  local target
  for target in "$root"/tests/fuzz/*_fuzz.cc; do
    basename "$target" _fuzz.cc
  done
}

# The last number that a log of libFuzzer gives for a key.
fuzz_figure() {
  sed -n "s/.*$2:* *\([0-9][0-9]*\).*/\1/p" "$1" | tail -n 1
}

# fuzz_one NAME SECONDS DIRECTORY: new inputs and crashes go to the directory, never to the corpus.
fuzz_one() {
  local name=$1 seconds=$2 into=$3
  local corpora=("$into/found" "$root/tests/fuzz/corpus/$name")
  mkdir -p "$into/found"
  if [[ $name == loader ]]; then
    corpora+=("$root/tests/data/policies/good" "$root/tests/data/policies/bad")
  fi
  "$(built "bin/tests/fuzz/${name}_fuzzer")" -max_total_time="$seconds" -timeout=10 \
    -rss_limit_mb=2048 -print_final_stats=1 -dict="$root/tests/fuzz/$name.dict" \
    -artifact_prefix="$into/" "${corpora[@]}" >"$into/log" 2>&1
}

# One line for each target that is still at work, now and then, until all have ended.
watch_fuzzers() {
  local directory=$1 name waited=0
  shift
  while (($(jobs -r | wc -l))); do
    sleep 1
    waited=$((waited + 1))
    ((waited % 15)) && continue
    for name in "$@"; do
      printf '   %4d s  %-12s %s executions, coverage %s\n' "$waited" "$name" \
        "$(sed -n 's/^#\([0-9]*\).*/\1/p' "$directory/$name/log" | tail -n 1)" \
        "$(fuzz_figure "$directory/$name/log" cov)" >&2
    done
  done
}

# fuzz_all SECONDS: fails when anything crashed, and says where the input is.
fuzz_all() {
  local seconds=$1 directory name executions crashes all_executions=0 all_crashes=0
  local names
  mapfile -t names < <(fuzz_names)
  # shellcheck disable=SC2046 # several flags
  in_bazel build --config=fuzz $(printf '//tests/fuzz:%s_fuzzer ' "${names[@]}") \
    $(progress_flags) || die "the fuzzers do not build"
  directory=$(mktemp -d "${TMPDIR:-/tmp}/millpond-fuzz.XXXXXX")
  for name in "${names[@]}"; do
    mkdir -p "$directory/$name"
    fuzz_one "$name" "$seconds" "$directory/$name" &
  done
  watch_fuzzers "$directory" "${names[@]}"
  wait
  printf '%-12s %12s %8s %10s %8s %8s\n' target executions seconds per_second coverage crashes
  for name in "${names[@]}"; do
    executions=$(fuzz_figure "$directory/$name/log" number_of_executed_units)
    crashes=$(find "$directory/$name" -maxdepth 1 -type f ! -name log | wc -l)
    printf '%-12s %12d %8d %10d %8d %8d\n' "$name" "${executions:-0}" "$seconds" \
      $((${executions:-0} / seconds)) "$(fuzz_figure "$directory/$name/log" cov)" "$crashes"
    all_executions=$((all_executions + ${executions:-0}))
    # A fuzzer that ended without its figures broke down before it began.
    all_crashes=$((all_crashes + crashes + (${executions:-0} == 0 ? 1 : 0)))
  done
  printf 'figure fuzz.executions %d\nfigure fuzz.crashes %d\n' "$all_executions" "$all_crashes"
  if ((all_crashes)); then
    tail -n 40 "$directory"/*/log >&2
    die "inputs that broke something are in $directory: put them into tests/fuzz/corpus"
  fi
  rm -rf "$directory"
}

verb_fuzz() {
  local seconds=60
  case ${1-} in
    '') ;;
    --seconds) seconds=${2-} ;;
    *) die "fuzz takes --seconds N, not $1" ;;
  esac
  [[ $seconds =~ ^[1-9][0-9]*$ ]] || die "--seconds wants a number of seconds, not '$seconds'"
  set_up base test clang
  fuzz_all "$seconds"
}
