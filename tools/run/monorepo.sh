# examples/monorepo_service: another workspace that depends on this one, built and run. Sourced.
#
# A step of ./run test rather than a Bazel test: a Bazel inside a Bazel test would need a home, a
# cache outside the sandbox and a second server within the test's time and memory limits.
# shellcheck shell=bash

# Bazel in the example, with an output base of its own so that the two never wait for each other.
in_monorepo() {
  (cd "$root/examples/monorepo_service" &&
    bazel --output_base="$cache/monorepo" --max_idle_secs=900 "$@")
}

# A Redis of its own on a loopback port nobody has, in directory $1; sets redis_port. It ends when
# the shell that called this does, however that ends.
start_redis() {
  local pid attempt try
  for attempt in 1 2 3 4 5; do
    redis_port=$((20000 + RANDOM % 12000))
    setpriv --pdeathsig TERM redis-server --bind 127.0.0.1 --port "$redis_port" \
      --save '' --appendonly no --dir "$1" >"$1/redis.log" 2>&1 </dev/null &
    pid=$!
    for ((try = 0; try < 250; try++)); do
      kill -0 "$pid" 2>/dev/null || continue 2 # the port was taken after all
      [[ $(redis-cli -p "$redis_port" ping 2>/dev/null) == PONG ]] && return
      sleep 0.02
    done
    kill "$pid"
  done
  cat "$1/redis.log" >&2
  die "redis-server did not start in $attempt attempts"
}

# In a subshell of its own (see step): its trap and its Redis end with it.
check_monorepo() {
  local flags binary
  # shellcheck disable=SC2046 # several flags
  mapfile -t flags < <(printf '%s\n' --symlink_prefix=/ $(progress_flags))
  in_monorepo build "${flags[@]}" //... || die "examples/monorepo_service does not build"
  binary=$(in_monorepo info bazel-bin 2>/dev/null)/service/service
  scratch=$(mktemp -d)
  trap 'rm -rf "$scratch"' EXIT
  start_redis "$scratch"
  sed "s/127\.0\.0\.1:6379/127.0.0.1:$redis_port/" \
    "$root/examples/monorepo_service/pools.toml" >"$scratch/pools.toml"
  timeout 30 "$binary" "$scratch/pools.toml"
}
