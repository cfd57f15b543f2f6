# Format, lint and the compilation database. Sourced.
# shellcheck shell=bash

# Files of this tree, not of Bazel's folders in it; git is not asked, it may not be installed.
tree_files() {
  find "$root" -mindepth 1 \( -name '.?*' -o -name 'bazel-*' -o -name node_modules \) -prune -o \
    -type f \( "$@" \) -print
}

cpp_files() {
  tree_files -name '*.cc' -o -name '*.h'
}

source_files() {
  tree_files -name '*.cc'
}

build_files() {
  tree_files -name BUILD -o -name WORKSPACE -o -name '*.bzl'
}

# Names the files; what is wrong in them is what ./run format rewrites.
check_format() {
  local complaints names
  complaints=$(cpp_files | xargs -r -d '\n' clang-format --dry-run --Werror 2>&1) && return
  names=$(sed -n "s|^$root/\([^:]*\):.*should be clang-formatted.*|   \1|p" <<<"$complaints")
  sort -u <<<"${names:-$complaints}" >&2
  die "./run format puts these right"
}

check_buildifier() {
  build_files | xargs -r -d '\n' "$(find_buildifier)" -mode=check -lint=warn ||
    die "./run format puts the layout right; a lint warning says what it wants"
}

verb_format() {
  set_up base format
  set_up_buildifier
  cpp_files | xargs -r -d '\n' clang-format -i
  build_files | xargs -r -d '\n' "$(find_buildifier)" -mode=fix -lint=fix
}

write_compile_commands() {
  python3 "$root/tools/compile_commands.py" "$@"
}

verb_compdb() {
  set_up base test clang tidy
  write_compile_commands "$@"
}

# The .cc files that differ from a git revision, or include a header that does.
changed_files() {
  command -v git >/dev/null || die "--changed asks git, which is not installed"
  local name
  { git -C "$root" diff --name-only --diff-filter=d "$1" -- &&
    git -C "$root" ls-files --others --exclude-standard; } |
    while read -r name; do
      case $name in
        *.cc) printf '%s/%s\n' "$root" "$name" ;;
        *.h) source_files | xargs -r -d '\n' grep -lF "\"millpond/$name\"" || true ;;
      esac
    done | sort -u
}

# One file; its diagnostics in one piece, for several files are checked at the same time.
tidy_one() {
  local output
  printf '   %s\n' "${1#"$root/"}" >&2
  output=$(clang-tidy -p "$root" --quiet "$1" 2>&1) && return
  # Bazel's links to headers, by the names they have in the tree.
  sed -E '/^[0-9]+ warnings?.*generated/d; s#[^ ]*/_virtual_includes/[^/]+/millpond/##' \
    <<<"$output" >&2
  return 1
}

# A file that no target compiles (the examples' own workspace) has no command to check it with.
compiled_files() {
  local name
  while read -r name; do
    grep -qF "\"file\": \"${name#"$root/"}\"" "$root/compile_commands.json" && echo "$name"
  done
  true
}

# check_clang_tidy CONFIG FILE...: the include folders that Bazel links together exist only after a
# build; in the configuration that was built last they may be there already.
check_clang_tidy() {
  local flags
  mapfile -t flags < <(config_flags "$1")
  shift
  # shellcheck disable=SC2046 # several flags
  in_bazel build //... "${flags[@]}" $(progress_flags) || die "clang-tidy needs a tree that builds"
  write_compile_commands "${flags[@]}" || die "no compile_commands.json"
  export root
  export -f tidy_one
  printf '%s\n' "$@" | compiled_files |
    xargs -r -d '\n' -P "$(nproc)" -I{} bash -c 'tidy_one "$1"' tidy {} ||
    die "clang-tidy has found something; .clang-tidy says what it looks for"
}

# tidy_steps CONFIG [FILE...]: all of it, or clang-tidy over the named files only, which compile as
# in that configuration.
tidy_steps() {
  local files config=$1
  shift
  mapfile -t files < <(if (($#)); then printf '%s\n' "$@"; else source_files; fi)
  step "format of C++" check_format
  step "format and lint of BUILD files" check_buildifier
  step "clang-tidy, ${#files[@]} files" check_clang_tidy "$config" "${files[@]}"
}

verb_tidy() {
  set_up base test format clang tidy
  set_up_buildifier
  case ${1-} in
    '') tidy_steps clang ;;
    --changed) tidy_changed "${2:-HEAD}" ;;
    *) die "tidy takes --changed [REVISION], not $1" ;;
  esac
  close_tests
}

tidy_changed() {
  local files
  mapfile -t files < <(changed_files "$1")
  if ((${#files[@]})); then
    tidy_steps clang "${files[@]}"
  else
    say "no C++ changed since $1"
  fi
}
