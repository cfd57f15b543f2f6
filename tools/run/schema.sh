# The JSON Schema of policy files, as an editor sees it: taplo reads the `#:schema` line of each
# file and holds the file against what `millpond schema` prints. Sourced.
#
# A step of ./run test --all rather than a Bazel test: taplo comes from npm.
# shellcheck shell=bash

# The files that the schema alone can find fault with: keys, kinds, words and bounds.
schema_refuses=(unknown_key wrong_unit wrong_type out_of_bounds process bytes inheriting_class
  inherit_is_a_string shares unknown_table key_outside_tables)

# with_schema DIRECTORY POLICY...: copies whose first line names the schema, whatever it named.
with_schema() {
  local directory=$1 policy
  shift
  mkdir -p "$directory"
  for policy in "$@"; do
    {
      echo '#:schema ../millpond.schema.json'
      sed '/^#:schema/d' "$policy"
    } >"$directory/$(basename "$policy")"
  done
}

# taplo's configuration is its own, whatever stands in the folders above.
taplo_lint() {
  RUST_LOG=error "$(find_taplo)" lint --no-auto-config "$@" 2>&1
}

check_schema() {
  # shellcheck disable=SC2046 # several flags
  in_bazel build //cli:millpond $(progress_flags) || die "//cli:millpond does not build"
  local directory name complaints wrong=0
  directory=$(mktemp -d "${TMPDIR:-/tmp}/millpond-schema.XXXXXX")
  "$(built bin/cli/millpond)" schema >"$directory/millpond.schema.json"
  with_schema "$directory/good" "$root"/tests/data/policies/good/*.toml \
    "$root/examples/shop/pools.toml"
  for name in "${schema_refuses[@]}"; do
    with_schema "$directory/bad" "$root/tests/data/policies/bad/$name.toml"
  done
  complaints=$(taplo_lint "$directory"/good/*.toml) || { echo "$complaints" >&2 && wrong=1; }
  complaints=$(taplo_lint "$directory"/bad/*.toml) || true
  for name in "${schema_refuses[@]}"; do
    grep -q "invalid file.*/$name.toml" <<<"$complaints" ||
      { echo "   let pass: $name.toml" >&2 && wrong=1; }
  done
  rm -rf "$directory"
  ((wrong == 0)) || die "the schema and the option table differ from what millpond check says"
}
