#!/bin/bash
# ./run as its user meets it: its list of verbs, its one sentence where it cannot go on, and its
# count of test results. Commands it would call are stand-ins in a PATH of the test's own.
set -euo pipefail

run=$PWD/run
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export XDG_CACHE_HOME=$scratch/cache
failures=0

expect_equal() {
  local what=$1 expected=$2 actual=$3
  [[ $expected == "$actual" ]] && return
  printf 'FAILED: %s\n  expected: %s\n  actual:   %s\n' "$what" "$expected" "$actual"
  failures=$((failures + 1))
}

expect_match() {
  local what=$1 pattern=$2 actual=$3
  # shellcheck disable=SC2053 # a pattern is meant
  [[ $actual == $pattern ]] && return
  printf 'FAILED: %s\n  expected: %s\n  actual:   %s\n' "$what" "$pattern" "$actual"
  failures=$((failures + 1))
}

# A PATH with the harmless commands and nothing of Debian's.
new_path() {
  bin=$scratch/bin
  rm -rf "$bin"
  mkdir "$bin"
  local command
  for command in awk bash cat chmod cut dirname env fold grep mkdir rm sed tail tee tr wc; do
    ln -s "$(command -v "$command")" "$bin/$command"
  done
}

stand_in() {
  printf '#!/bin/bash\n%s\n' "$2" >"$bin/$1"
  chmod +x "$bin/$1"
}

run_in_path() {
  env PATH="$bin" bash "$run" "$@" 2>&1 || printf 'exit %d\n' $?
}

lists_every_verb() {
  local help verb
  help=$("$run")
  expect_equal "./run --help says what ./run says" "$help" "$("$run" --help)"
  # shellcheck disable=SC2013 # a verb is a word
  for verb in $(sed -n 's/^verb_\([a-z]*\)().*/\1/p' "$run" tools/run/*.sh); do
    expect_match "a line for $verb" $'*\n  '"$verb [ A-Za-z[]*" "$help"
  done
  for verb in demo test bench format tidy asan tsan ubsan clang compdb; do
    expect_match "a line for $verb" $'*\n  '"$verb [ A-Za-z[]*" "$help"
  done
}

refuses_what_it_does_not_know() {
  expect_equal "an unknown verb" $'run: there is no verb dance; ./run alone lists them\nexit 1' \
    "$("$run" dance 2>&1 || echo "exit $?")"
  expect_match "a verb that is an option" "run: there is no verb --quick*" \
    "$("$run" --quick 2>&1 || true)"
  expect_match "an unknown option of test" "run: test takes --quick or --all, not --fast*" \
    "$("$run" test --fast 2>&1 || true)"
}

says_in_one_sentence_why_it_cannot_install() {
  new_path
  expect_match "no Debian" "run: this needs Debian 12*exit 1" "$(run_in_path demo)"

  stand_in dpkg-query 'exit 1'
  stand_in apt-get 'exit 1'
  stand_in id 'echo 1000'
  expect_match "no root and no sudo" \
    "run: not root and no sudo: install these packages, then call again: bazel-bootstrap *exit 1" \
    "$(run_in_path demo)"
}

# From here install.sh runs as it is, with apt-get as a stand-in.
guards_against_service_starts_while_it_installs() {
  new_path
  export POLICY_RC_D=$scratch/policy-rc.d
  stand_in dpkg-query 'exit 1'
  stand_in id 'echo 0'
  stand_in apt-get "'$POLICY_RC_D'; echo guard \$? >>'$scratch/guard'"
  stand_in bazel 'exit 1'
  run_in_path demo >/dev/null
  expect_match "dpkg is told to start nothing" "guard 101*" "$(cat "$scratch/guard")"
  expect_equal "nothing is left behind" "" "$(ls "$POLICY_RC_D" 2>/dev/null || true)"
}

leaves_a_guard_of_the_users_own() {
  new_path
  export POLICY_RC_D=$scratch/own-policy
  touch "$POLICY_RC_D"
  stand_in dpkg-query 'exit 1'
  stand_in id 'echo 0'
  stand_in apt-get 'exit 0'
  stand_in bazel 'exit 1'
  run_in_path demo >/dev/null
  expect_equal "it is still there" "$POLICY_RC_D" "$(ls "$POLICY_RC_D")"
}

says_what_apt_get_complained_about() {
  new_path
  export POLICY_RC_D=$scratch/policy-rc.d
  stand_in dpkg-query 'exit 1'
  stand_in apt-get 'echo "E: Could not resolve deb.example"; exit 100'
  stand_in id 'echo 0'
  local output
  output=$(run_in_path demo)
  expect_match "what it is about to do" "== installing * Debian packages that Millpond needs*" \
    "$output"
  expect_match "why it could not" \
    "*run: could not install bazel-bootstrap *: Could not resolve deb.example (*" "$output"
}

asks_for_nothing_that_is_there() {
  new_path
  stand_in dpkg-query 'shift 2; for package; do echo "installed $package"; done'
  stand_in apt-get 'echo called'
  stand_in bazel 'echo "bazel $*"; exit 1'
  local output
  output=$(run_in_path demo)
  expect_match "straight to the build" "bazel build -c opt //cli:millpond *" "$output"
}

takes_another_source_of_a_command() {
  new_path
  # shellcheck source=/dev/null
  source tools/run/common.sh
  # shellcheck source=/dev/null
  source tools/run/setup.sh
  stand_in dpkg-query 'exit 1'
  local PATH=$bin
  expect_equal "npm from elsewhere" "ca-certificates npm " "$(missing_packages npm | tr '\n' ' ')"
  stand_in npm ''
  expect_equal "npm from elsewhere" "ca-certificates " "$(missing_packages npm | tr '\n' ' ')"
}

test_xml() {
  mkdir -p "$scratch/$1"
  cat >"$scratch/$1/test.xml"
}

event() {
  printf '{"id":{"testResult":{"label":"//%s","run":1}},"testResult":{"testActionOutput":[' "$1"
  printf '{"name":"test.xml","uri":"file://%s/%s/test.xml"}],' "$scratch" "$1"
  printf '"status":"%s"}}\n' "$2"
}

wanted() {
  printf '{"id":{"targetConfigured":{"label":"//%s"}},"configured":{"testSize":"SMALL"}}\n' "$1"
}

counts_test_cases() {
  # shellcheck source=/dev/null
  source tools/run/results.sh
  test_xml good <<'XML'
<testsuites tests="3"><testsuite name="A">
<testcase name="B" status="run" result="completed" />
<testcase name="C" status="run" result="skipped">
<skipped message="no"><![CDATA[no]]></skipped></testcase>
<testcase name="D" status="notrun" result="suppressed" />
</testsuite></testsuites>
XML
  test_xml bad <<'XML'
<testsuites><testsuite name="A">
<testcase name="B" status="run" result="completed" />
<testcase name="C" status="run" result="completed">
<failure message="one"><![CDATA[<testcase status="run"> <failure>]]></failure>
<failure message="two"></failure>
</testcase></testsuite></testsuites>
XML
  test_xml crashed <<'XML'
<testsuites><testsuite name="c" tests="1" failures="0" errors="1">
<testcase name="c" status="run"><error message="exited with error code 134"></error></testcase>
<system-out><![CDATA[<failure>]]></system-out></testsuite></testsuites>
XML
  test_xml leaked <<'XML'
<testsuites><testsuite name="A">
<testcase name="B" status="run" result="completed" /></testsuite></testsuites>
XML
  test_xml empty <<'XML'
<testsuites tests="0"></testsuites>
XML
  local events=$scratch/events
  { wanted good && event good PASSED; } >"$events"
  expect_equal "a skipped case is neither" "1 0 1" "$(count_run "$events" 2>/dev/null)"
  { wanted bad && event bad FAILED; } >"$events"
  expect_equal "two failures of one case are one" "1 1 0" "$(count_run "$events" 2>/dev/null)"
  { wanted crashed && event crashed FAILED; } >"$events"
  expect_equal "a crash is one failure" "0 1 0" "$(count_run "$events" 2>/dev/null)"
  { wanted leaked && event leaked FAILED; } >"$events"
  expect_equal "a failure after the last case" "1 1 0" "$(count_run "$events" 2>/dev/null)"
  { wanted empty && event empty PASSED; } >"$events"
  expect_equal "a test that tests nothing" "0 1 0" "$(count_run "$events" 2>/dev/null)"
  { wanted unbuilt && wanted good && event good PASSED; } >"$events"
  expect_equal "a test that did not build" "1 1 1" "$(count_run "$events" 2>/dev/null)"
  expect_equal "says which" "   failed: //unbuilt (NO_STATUS)" \
    "$(count_run "$events" 2>&1 >/dev/null)"
  : >"$events"
  expect_equal "nothing ran" "0 0 0" "$(count_run "$events")"
}

closes_with_one_line() {
  # shellcheck source=/dev/null
  source tools/run/tests.sh
  say() { :; }
  die() { exit 1; }
  step "good" true 2>/dev/null
  expect_equal "all well" "1 passed, 0 failed" "$(close_tests)"
  step "bad" die 2>/dev/null
  expect_equal "one bad" $'1 passed, 1 failed\nstatus 1' "$(close_tests || echo "status $?")"
}

lists_every_verb
refuses_what_it_does_not_know
says_in_one_sentence_why_it_cannot_install
guards_against_service_starts_while_it_installs
leaves_a_guard_of_the_users_own
says_what_apt_get_complained_about
asks_for_nothing_that_is_there
counts_test_cases
closes_with_one_line
takes_another_source_of_a_command
((failures == 0))
