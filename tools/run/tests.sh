# The tests: which configurations, which steps beside Bazel, and the sum of it all. Sourced.
# shellcheck shell=bash

passed=0
failed=0

add_result() {
  passed=$((passed + $1))
  failed=$((failed + $2))
}

# The last line of every verb that tests; the exit status says the same.
close_tests() {
  printf '%d passed, %d failed\n' "$passed" "$failed"
  ((failed == 0))
}

# step NAME COMMAND...: something beside Bazel's tests, counted as one test.
step() {
  local name=$1 started=$SECONDS
  shift
  say "$name"
  # A subshell, so that a step that ends with die fails alone.
  if ("$@"); then
    add_result 1 0
  else
    add_result 0 1
    printf '   failed: %s (%d s)\n' "$name" $((SECONDS - started)) >&2
  fi
}

# The packages a configuration needs beyond those of every test.
config_sets() {
  case $1 in
    clang*) echo clang ;;
  esac
}

# A host that spreads mappings wider than ThreadSanitizer's runtime of these compilers expects makes
# its programs die at start; without the spreading they run.
config_flags() {
  case $1 in
    gcc) ;;
    # One build for all three; a platform suffix of its own keeps theirs.
    clang+asan+ubsan)
      printf '%s\n' --config=clang --config=asan --config=ubsan \
        --platform_suffix=-clang-asan-ubsan
      ;;
    tsan)
      echo --config=tsan
      if (($(cat /proc/sys/vm/mmap_rnd_bits 2>/dev/null || echo 28) > 28)); then
        echo "--run_under=/usr/bin/setarch -R"
      fi
      ;;
    *) echo "--config=$1" ;;
  esac
}

# What a configuration leaves out because it could find nothing there: a sanitizer in programs that
# are no tests, or in tests of the build; the thread sanitizer in what has one thread by design.
config_targets() {
  echo //...
  case $1 in
    gcc | clang*) ;;
    tsan) printf -- '-//%s/...\n' bench tests/{fuzz,models,policy,run,sim,tidy} ;;
    *) printf -- '-//%s/...\n' bench tests/{run,tidy} ;;
  esac
}

# test_config CONFIG FLAG...: every test in one configuration.
test_config() {
  local config=$1 started=$SECONDS events status=0 p f s flags targets
  shift
  mapfile -t flags < <(config_flags "$config")
  mapfile -t targets < <(config_targets "$config")
  say "$config: building and running the tests"
  events=$(mktemp)
  # shellcheck disable=SC2046 # several flags
  in_bazel test --keep_going --build_event_json_file="$events" $(progress_flags) \
    "${flags[@]}" "$@" -- "${targets[@]}" || status=$?
  [[ $status == 8 ]] && exit 130 # interrupted
  read -r p f s < <(count_run "$events")
  rm -f "$events"
  # Broken without a test to blame, such as a BUILD file that cannot be read.
  if ((status != 0 && f == 0)); then
    f=1
  fi
  add_result "$p" "$f"
  say "$config: $p passed, $f failed, $s skipped in $((SECONDS - started)) s"
}

verb_test() {
  case ${1-} in
    '') test_default ;;
    --quick) test_quick ;;
    --all) test_all ;;
    *) die "test takes --quick or --all, not $1" ;;
  esac
}

test_default() {
  set_up base servers test format
  test_config gcc
  step "a monorepo of its own that depends on Millpond" check_monorepo
  step "format of C++" check_format
  # Where ./run tidy has installed it; setting it up takes longer than all of the above.
  if find_buildifier >/dev/null; then
    step "format of BUILD files" check_buildifier
  fi
  close_tests
}

test_quick() {
  set_up base servers test format
  test_config gcc --build_tests_only --test_tag_filters=-slow
  step "format of C++" check_format
  close_tests
}

test_all() {
  set_up base servers test format clang tidy
  set_up_buildifier
  set_up_taplo
  local config
  for config in gcc clang+asan+ubsan tsan; do
    test_config "$config"
  done
  step "a monorepo of its own that depends on Millpond" check_monorepo
  step "policy files in an editor's eyes" check_schema
  step "fuzzing, 30 s" fuzz_all 30
  # As the tests have built them: what is counted is the same.
  # shellcheck disable=SC2034 # prove_binary reads it
  local proof_compilation=fastbuild
  step "the drivers' proofs, a hundredth" prove_drivers --scale 0.01
  step "the scoreboard of faults, a hundredth" verb_faults --scale 0.01
  tidy_steps clang+asan+ubsan
  close_tests
}

# ./run asan and its like.
test_one() {
  # shellcheck disable=SC2046 # a list of sets
  set_up base servers test $(config_sets "$1")
  test_config "$@"
  close_tests
}

verb_asan() { test_one asan "$@"; }
verb_tsan() { test_one tsan "$@"; }
verb_ubsan() { test_one ubsan "$@"; }
verb_clang() { test_one clang "$@"; }
