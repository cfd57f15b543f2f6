# Generated documents; that they are up to date is a test's business. Sourced.
# shellcheck shell=bash

# Each document under docs/ and the binary that prints it.
generated_documents() {
  echo "configuration.md //policy/pages:render_configuration"
  echo "findings.md //policy/pages:render_findings"
  echo "errors.md //drivers/errors:render_errors"
}

verb_docs() {
  set_up base
  local document target text
  while read -r document target; do
    # shellcheck disable=SC2046 # several flags
    in_bazel build "$target" $(progress_flags) </dev/null || die "$target does not build"
    text=$("$(built "bin/$(tr : / <<<"${target#//}")")") || die "$target failed"
    printf '%s\n' "$text" >"$root/docs/$document"
    say "wrote docs/$document"
  done < <(generated_documents)
}
