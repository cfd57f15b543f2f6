# The benchmarks: one cc_binary each in //bench. Sourced.
# shellcheck shell=bash

bench_names() {
  [[ -f $root/bench/BUILD ]] || return 0
  in_bazel query 'kind("cc_binary rule", //bench/...)' 2>/dev/null | sed 's/.*://'
}

verb_bench() {
  set_up base servers test bench
  local name=${1-} benches
  benches=$(bench_names) || die "//bench cannot be read: bazel query //bench/... says why"
  if [[ -z $name ]]; then
    printf '%s\n' "${benches:-there are no benchmarks yet}"
    return
  fi
  [[ $'\n'$benches$'\n' == *$'\n'$name$'\n'* ]] ||
    die "there is no benchmark $name; there are: $(paste -sd ' ' <<<"${benches:-none yet}")"
  shift
  # shellcheck disable=SC2046 # several flags
  in_bazel build -c opt "//bench:$name" $(progress_flags) || die "//bench:$name does not build"
  exec "$(built "bin/bench/$name")" "$@"
}
