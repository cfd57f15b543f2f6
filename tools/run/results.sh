# From what Bazel reports about a test run to numbers of test cases. Sourced.
# shellcheck shell=bash

# "label status test.xml" for each test in a file of build events; status NO_STATUS and "-" for a
# test that was to run and has no result, because it or something beneath it did not build.
test_results() {
  awk '
    function field(name,  start) {
      start = index($0, "\"" name "\":\"")
      if (!start) return ""
      $0 = substr($0, start + length(name) + 4)
      return substr($0, 1, index($0, "\"") - 1)
    }
    /^\{"id":\{"targetConfigured"/ && /"testSize"/ { wanted[field("label")] }
    /^\{"id":\{"testResult"/ {
      whole = $0
      label = field("label")
      $0 = whole
      xml = "-"
      if (match($0, /file:\/\/[^"]*\/test\.xml/)) xml = substr($0, RSTART + 7, RLENGTH - 7)
      sub(/.*"testResult":\{"/, "\"")
      seen[label]
      print label, field("status"), xml
    }
    END { for (label in wanted) if (!(label in seen)) print label, "NO_STATUS", "-" }
  ' "$1"
}

# "passed failed skipped" of one test.xml, GoogleTest's or the one Bazel writes for a test without.
count_cases() {
  awk '
    BEGIN { RS = "<" }
    in_text { if (index($0, "]]>")) in_text = 0; next }
    /^!\[CDATA\[/ { if (!index($0, "]]>")) in_text = 1; next }
    function close_case() {
      if (state == "failed") failed++
      else if (state == "skipped") skipped++
      else if (state != "") passed++
      state = ""
    }
    /^testcase[ \t\n]/ {
      close_case()
      if (index($0, "status=\"run\"")) {
        state = index($0, "result=\"skipped\"") ? "skipped" : "passed"
      }
    }
    /^(failure|error)[ \t\n>]/ { state = "failed" }
    END { close_case(); print passed + 0, failed + 0, skipped + 0 }
  ' "$1"
}

# "passed failed skipped" of a whole test run. A test that failed without a failed case (a leak
# found at exit, a build that broke) is one failure; so is one that passed without running anything.
count_run() {
  local passed=0 failed=0 skipped=0 label status xml p f s
  while read -r label status xml; do
    p=0 f=0 s=0
    [[ $xml != - && -r $xml ]] && read -r p f s < <(count_cases "$xml")
    if [[ $status != PASSED && $f == 0 ]] || ((p + f + s == 0)); then
      f=1
    fi
    [[ $f == 0 ]] || printf '   failed: %s (%s)\n' "$label" "$status" >&2
    passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
  done < <(test_results "$1")
  echo "$passed $failed $skipped"
}
