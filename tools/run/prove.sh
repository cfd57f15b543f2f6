# The proof that the core is exact: models of what threads compete for, a simulator of whole lives,
# and bugs planted into the production code, each of which a named test must catch; and the proof
# of the drivers on real servers. Sourced.
# shellcheck shell=bash

# What a planted bug says of itself: patch_says PATCH what|caught-by
patch_says() {
  sed -n "s/^# $2: *//p" "$1" | head -n 1
}

# The copy that bugs are planted in, and Bazel in it. Both stay, so that the next run builds little.
prove_copy() {
  echo "$cache/prove/tree"
}

in_copy() {
  (cd "$(prove_copy)" &&
    bazel --output_base="$cache/prove/output" --max_idle_secs=900 "$@")
}

# test_copy LOG TARGET…: Bazel's exit status. What loops for ever is a failure soon, and so is what
# fails first.
test_copy() {
  local log=$1
  shift
  in_copy test "$@" --test_output=errors --test_env=GTEST_FAIL_FAST=1 \
    --test_timeout=30,300,900,900 --curses=no --color=no >"$log" 2>&1 </dev/null
}

copy_tree() {
  local copy
  copy=$(prove_copy)
  rm -rf "$copy"
  mkdir -p "$copy"
  (
    cd "$root" || exit
    git ls-files -z --cached --others --exclude-standard |
      while IFS= read -r -d '' file; do
        [[ ! -e $file ]] || printf '%s\0' "$file"
      done | tar --null --files-from=- --create | tar --extract --directory="$copy"
  ) || die "the tree cannot be copied: bugs are planted into a copy of what git knows"
}

# Which test of a log noticed first, or how else it ended.
first_to_notice() {
  local noticed
  noticed=$(sed -n 's/^\[  FAILED  \] \([^ ,]*\).*/\1/p' "$1" | head -n 1)
  [[ -n $noticed ]] || noticed=$(sed -n 's/^\[ RUN      \] \([^ ]*\).*/\1/p' "$1" | tail -n 1)
  if grep -q '^TIMEOUT: ' "$1"; then
    noticed="${noticed:-the test} (never ended)"
  fi
  echo "${noticed:-the test as a whole}"
}

# plant PATCH LOG: "caught BY" or "MISSED WHY" on the output.
plant() {
  local patch=$1 log=$2 copy status=0
  copy=$(prove_copy)
  if ! patch --directory="$copy" --strip=1 --forward --quiet <"$patch" >"$log" 2>&1; then
    rm -rf "$copy"
    copy_tree
    echo "MISSED the patch does not apply"
    return
  fi
  test_copy "$log" "$(patch_says "$patch" caught-by)" || status=$?
  patch --directory="$copy" --strip=1 --reverse --quiet <"$patch" >/dev/null ||
    die "$patch cannot be taken back"
  case $status in
    0) echo "MISSED the test passes" ;;
    3) echo "caught $(first_to_notice "$log")" ;; # built, and a test failed
    8) exit 130 ;;                               # interrupted
    *) echo "MISSED it does not build" ;;
  esac
}

# Without a bug every test that is to catch one passes: else it would prove nothing.
check_catchers() {
  local targets log=$1
  mapfile -t targets < <(for patch in "$root"/tests/mutations/*.patch; do
    patch_says "$patch" caught-by
  done | sort -u)
  say "without a bug: ${targets[*]}"
  test_copy "$log" "${targets[@]}" || die "these tests fail without any bug (all of it: $log)"
}

prove_bugs() {
  local patches patch name verdict logs planted=0 caught=0 table=""
  patches=("$root"/tests/mutations/*.patch)
  [[ -e ${patches[0]} ]] || die "there are no bugs in tests/mutations"
  logs=$cache/prove/logs
  rm -rf "$logs"
  mkdir -p "$logs"
  copy_tree
  check_catchers "$logs/without_a_bug"
  for patch in "${patches[@]}"; do
    name=$(basename "$patch" .patch)
    planted=$((planted + 1))
    say "bug $planted of ${#patches[@]}: $(patch_says "$patch" what)"
    verdict=$(plant "$patch" "$logs/$name") || exit
    [[ $verdict == caught* ]] && caught=$((caught + 1))
    printf '   %s\n' "$verdict" >&2
    table+=$(printf '%-32s %-7s %-44s %s' "$name" "${verdict%% *}" \
      "$(patch_says "$patch" caught-by)" "${verdict#* }")$'\n'
  done
  printf '%-32s %-7s %-44s %s\n%s' bug outcome test "noticed by" "$table"
  printf 'figure prove.bugs_planted %d\nfigure prove.bugs_caught %d\n' "$planted" "$caught"
  ((caught == planted)) || say "what the tests said is in $logs"
  ((caught == planted))
}

# How what prints figures is built.
proof_compilation=opt

# prove_binary TARGET ARG…: builds and runs a program that prints its own figures.
prove_binary() {
  local target=$1
  shift
  # shellcheck disable=SC2046 # several flags
  in_bazel build -c "$proof_compilation" "$target" $(progress_flags) || die "$target does not build"
  "$(built "bin/$(tr : / <<<"${target#//}")")" "$@"
}

prove_models() {
  say "models: every schedule within their bounds"
  prove_binary //tests/models:models
}

prove_sim() {
  say "the simulator: $1 events"
  prove_binary //tests/sim:sim --events "$1" --seed "${SEED:-1}"
}

# ./run prove drivers [--scale X] [--backend NAME]… [--only PART]…: goes on where it was stopped.
# Not optimised, as the tests are: it waits for servers, and what they have built serves here, too.
prove_drivers() {
  set_up base servers test
  # shellcheck disable=SC2046 # several flags
  in_bazel build //tests/proof $(progress_flags) || die "//tests/proof does not build"
  mkdir -p "$cache/prove"
  "$(built bin/tests/proof/proof)" --ledger "$cache/prove/drivers.ledger" "$@"
}

# ./run prove [--models] [--sim] [--bugs] [--events N]: all three unless some are named.
verb_prove() {
  if [[ ${1-} == drivers ]]; then
    shift
    prove_drivers "$@"
    return
  fi
  local parts=() part events=100000000 failed=0
  while (($#)); do
    case $1 in
      --models | --sim | --bugs) parts+=("${1#--}") ;;
      --events)
        [[ ${2-} =~ ^[1-9][0-9]*$ ]] || die "--events wants a number of events, not '${2-}'"
        events=$2
        shift
        ;;
      *) die "prove takes drivers, or --models, --sim, --bugs and --events N, not $1" ;;
    esac
    shift
  done
  set_up base test prove
  ((${#parts[@]})) || parts=(models sim bugs)
  for part in "${parts[@]}"; do
    # A subshell, so that a part that ends with die leaves the others their turn.
    ("prove_$part" "$events") || failed=1
  done
  return "$failed"
}
