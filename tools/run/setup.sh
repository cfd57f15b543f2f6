# Set-up: which Debian packages a verb needs, which are missing, and installing them. Sourced.
# shellcheck shell=bash

buildifier_version=8.2.1
taplo_version=0.7.0

# "package command" for each line of the named sets; no command where only the package will do.
wanted_packages() {
  local sets=" $* " set package command
  while read -r set package command; do
    [[ $sets == *" $set "* ]] && printf '%s %s\n' "$package" "$command"
  done <"$root/tools/packages.txt"
  true
}

installed_packages() {
  dpkg-query --show --showformat '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null |
    sed -n 's/^installed //p'
}

# The packages of the named sets that are neither installed nor served by another command.
missing_packages() {
  local wanted installed package command
  wanted=$(wanted_packages "$@")
  installed=$(installed_packages $(cut -d' ' -f1 <<<"$wanted"))
  while read -r package command; do
    if [[ $'\n'$installed$'\n' != *$'\n'$package$'\n'* ]] &&
      { [[ -z $command ]] || ! command -v "$command" >/dev/null; }; then
      echo "$package"
    fi
  done <<<"$wanted"
}

# The first thing apt-get complained about.
apt_complaint() {
  sed -n 's/^[EW]: //p' "$1" | grep -m1 -E 'Temporary failure|Could not|Cannot|Failed|Unable' ||
    tail -n 1 "$1"
}

# The command that runs another as root: for root env, which changes nothing; sudo for others.
as_root() {
  if [[ $(id -u) == 0 ]]; then
    echo env
  elif command -v sudo >/dev/null; then
    echo sudo
  else
    die "not root and no sudo: install these packages, then call again: $*"
  fi
}

# set_up SET...: after it, every package of these sets is there.
set_up() {
  command -v dpkg-query >/dev/null && command -v apt-get >/dev/null ||
    die "this needs Debian 12, or a relative with apt-get; tools/packages.txt lists the packages"
  local missing log prefix
  missing=$(missing_packages "$@" | tr '\n' ' ')
  [[ -z $missing ]] && return
  prefix=$(as_root "${missing% }") || exit 1
  say "installing $(wc -w <<<"$missing") Debian packages that Millpond needs here (for $*):"
  fold -s -w 96 <<<"$missing" | sed 's/^/   /' >&2
  mkdir -p "$cache"
  log=$cache/install.log
  : >"$log"
  # shellcheck disable=SC2086 # a list of package names, one argument each
  "$prefix" "$root/tools/run/install.sh" "$log" $missing >&2 ||
    die "could not install ${missing% }: $(apt_complaint "$log") (all of it: $log)"
}

# Where npm puts a program that Debian does not have.
npm_folder() {
  echo "$cache/$1"
}

npm_complaint() {
  grep -m1 'reason:' "$1" || grep -m1 'code' "$1" || tail -n 1 "$1"
}

# npm_install FOLDER PACKAGE
npm_install() {
  set_up npm
  say "installing $2 with npm under $cache"
  local log=$cache/npm.log
  mkdir -p "$cache"
  npm install --ignore-scripts --no-audit --no-fund --prefix "$(npm_folder "$1")" "$2" \
    >"$log" 2>&1 || die "npm could not install $2: $(npm_complaint "$log") (all of it: $log)"
}

# Prints buildifier's path, where it is: its npm package carries the program itself.
find_buildifier() {
  local at machine
  at=$(npm_folder "buildifier-$buildifier_version")/node_modules/@bazel/buildifier
  case $(uname -m) in
    aarch64) machine=arm64 ;;
    *) machine=amd64 ;;
  esac
  [[ -x $at/buildifier-linux_$machine ]] && echo "$at/buildifier-linux_$machine"
}

set_up_buildifier() {
  find_buildifier >/dev/null ||
    npm_install "buildifier-$buildifier_version" "@bazel/buildifier@$buildifier_version"
}

# Prints the path of taplo, the TOML checker whose engine editors use, where it is.
find_taplo() {
  local at
  at=$(npm_folder "taplo-$taplo_version")/node_modules/.bin/taplo
  [[ -x $at ]] && echo "$at"
}

set_up_taplo() {
  find_taplo >/dev/null || npm_install "taplo-$taplo_version" "@taplo/cli@$taplo_version"
}
