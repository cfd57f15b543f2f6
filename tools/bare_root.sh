#!/bin/bash
# Proves the two commands on a bare Debian 12: makes such a root folder, puts a clean clone in, and
# runs verbs of ./run in it as its only inhabitant, with times. Needs root and a Debian host.
#
#   tools/bare_root.sh /tmp/bare                            demo, then test
#   tools/bare_root.sh --base /tmp/bare.tar /tmp/bare test  keeps the empty root for the next time
#   tools/bare_root.sh --again /tmp/bare test               in the root of an earlier call
#   tools/bare_root.sh --again --offline /tmp/bare test     the same, with loopback for a network
#   tools/bare_root.sh --as-is /tmp/bare demo               uncommitted files too
set -euo pipefail

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
base='' again='' as_is='' offline=()

die() {
  printf 'bare_root: %s\n' "$*" >&2
  exit 1
}

usage() {
  sed -n '5,9s/^#   //p' "${BASH_SOURCE[0]}"
}

parse() {
  while [[ ${1-} == --* ]]; do
    case $1 in
      --base) base=$2 && shift ;;
      --again) again=yes ;;
      --as-is) as_is=yes ;;
      --offline) offline=(--net) ;;
      *) usage && exit 2 ;;
    esac
    shift
  done
  [[ -n ${1-} ]] || { usage && exit 2; }
  bare=$1
  shift
  verbs=("$@")
  (($#)) || verbs=(demo test)
}

# The mirror this host uses for Debian itself, from either format of apt's sources.
mirror() {
  cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null | awk '
    $1 == "deb" && / bookworm / { for (i = 2; i < NF; i++) if ($i ~ /:\/\//) { print $i; exit } }
    $1 == "URIs:" { uri = $2 }
    $1 == "Suites:" && / bookworm( |$)/ && uri != "" { print uri; exit }
  '
}

debian_base() {
  command -v debootstrap >/dev/null || apt-get -q install -y --no-install-recommends debootstrap
  local from
  from=$(mirror)
  [[ -n $from ]] || die "no Debian 12 mirror in /etc/apt/sources.list or sources.list.d"
  debootstrap --variant=minbase bookworm "$bare" "$from"
  [[ -z $base ]] || tar -C "$bare" -cf "$base" .
}

make_root() {
  [[ ! -e $bare || -z $(ls -A "$bare") ]] || die "$bare is not empty: remove it, or say --again"
  mkdir -p "$bare"
  if [[ -n $base && -f $base ]]; then
    tar -C "$bare" -xf "$base"
  else
    debian_base
  fi
  cp -L /etc/resolv.conf /etc/hosts "$bare/etc/"
}

put_clone() {
  rm -rf "$bare/srv/millpond"
  if [[ -z $as_is ]]; then
    git clone --quiet "$repository" "$bare/srv/millpond"
    return
  fi
  mkdir "$bare/srv/millpond"
  git -C "$repository" ls-files -z --cached --others --exclude-standard |
    (cd "$repository" && xargs -0 ls -d 2>/dev/null) |
    tar -C "$repository" -cf - -T - | tar -C "$bare/srv/millpond" -xf -
}

# inside COMMAND...: in the root, with process, mount and (offline) network namespaces of its own.
# pivot_root rather than chroot: in a chroot the kernel refuses user namespaces, and with them
# Bazel's sandbox.
inside() {
  unshare --mount --pid --fork --kill-child "${offline[@]}" bash -c '
    set -eu
    bare=$1 && shift
    mount --make-rprivate /
    mount --bind "$bare" "$bare"
    cd "$bare"
    mount -t proc proc proc
    mount --rbind /dev dev
    mount -t tmpfs tmpfs tmp
    [ "$1" = online ] || ip link set lo up
    shift
    pivot_root . mnt
    umount -l /mnt
    cd /srv/millpond
    exec env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
      HOME=/root TERM=dumb "$@"
  ' inside "$bare" "${offline[0]:-online}" "$@"
}

main() {
  parse "$@"
  [[ $(id -u) == 0 ]] || die "this makes mounts: run it as root"
  local started=$SECONDS verb status summary='' worst=0
  [[ -n $again ]] || make_root
  put_clone
  printf 'bare root in %d s\n' $((SECONDS - started))
  for verb in "${verbs[@]}"; do
    started=$SECONDS status=0
    # shellcheck disable=SC2086 # "test --quick" is a verb and its argument
    inside ./run $verb || status=$?
    ((status <= worst)) || worst=$status
    summary+=$(printf '%-16s exit %d  %5d s' "./run $verb" "$status" $((SECONDS - started)))$'\n'
  done
  printf '\n%s' "$summary"
  return "$worst"
}

main "$@"
