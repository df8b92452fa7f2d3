#!/bin/sh
# Installs syncq from the directory that this file is in, or removes it.
set -eu

usage() {
  cat <<'END'
Usage: ./install.sh [--prefix DIR | --user] [--uninstall]

Installs syncq, its man pages, completions and systemd user units.

  --prefix DIR   below DIR; /usr/local by default
  --user         below ~/.local, for yourself alone
  --uninstall    remove what was installed there

Examples:
  sudo ./install.sh
  ./install.sh --user
  sh ~/.local/share/syncq/install.sh --user --uninstall
END
}

main() {
  prefix=/usr/local
  action=install
  while [ $# -gt 0 ]; do
    case $1 in
      --prefix) prefix=${2-}; shift ;;
      --prefix=*) prefix=${1#*=} ;;
      --user) prefix=${HOME:?}/.local ;;
      --uninstall) action=uninstall ;;
      -h | --help) usage; exit ;;
      *) usage >&2; exit 2 ;;
    esac
    shift || break
  done
  case $prefix in
    /*) ;;
    *) fail "the prefix '$prefix' has to be an absolute path" 2 ;;
  esac
  case $prefix in
    *['|&\"%$']*) fail "the prefix '$prefix' has one of |&\\\"%\$ in it" 2 ;;
  esac
  own=$prefix/share/syncq  # this script, and the list of what was installed
  list=$own/installed      # the directories that were made end in '/'
  made=
  "$action"
}

install() {
  here=$(cd "$(dirname "$0")" && pwd)
  cd "$here"
  if ! [ -x bin/syncq ]; then
    fail "there is no syncq in $here: run the install.sh of an unpacked release"
  fi
  make_dir "$own"
  files=$(find bin share -type f)
  # First, so that --uninstall removes all even if this fails half-way.
  touch "$list"
  printf '%s\n' "$made" "$files" >>"$list"
  cp install.sh "$own"
  for file in $files; do put "$file"; done
  # What an older version had and this one has not.
  grep '[^/]$' "$list" | while IFS= read -r file; do
    printf '%s\n' "$files" | grep -qxF "$file" || rm -f "$prefix/$file"
  done
  made=$(grep '/$' "$list" | sort -u)
  printf '%s\n' "$files" "$made" | grep . >"$list.new"
  mv -f "$list.new" "$list"
  echo "installed $("$prefix/bin/syncq" --version) below $prefix"
  case :$PATH: in
    *:"$prefix/bin":*) ;;
    *) echo "$prefix/bin is not in your PATH: add it" ;;
  esac
}

# A program that runs may be replaced but not written to.
put() {
  make_dir "$(dirname "$prefix/$1")"
  if [ "${1##*/}" = syncq.service ]; then
    sed "s|/usr/bin/syncq|\"$prefix/bin/syncq\"|" "$1" >"$prefix/$1.new"
  else
    cp "$1" "$prefix/$1.new"
  fi
  chmod "$(if [ -x "$1" ]; then echo 755; else echo 644; fi)" "$prefix/$1.new"
  mv -f "$prefix/$1.new" "$prefix/$1"
}

uninstall() {
  if ! [ -f "$list" ]; then
    fail "nothing was installed below $prefix by install.sh"
  fi
  if ! [ -w "$own" ]; then fail "you can't write to $own; use sudo"; fi
  made=$(grep '/$' "$list" || true)
  grep '[^/]$' "$list" | while IFS= read -r file; do rm -f "$prefix/$file"; done
  rm -f "$list" "$own/install.sh"
  # The innermost first; what others have put files into stays.
  printf '%s\n' "$made" | sort -r | while IFS= read -r directory; do
    rmdir "$prefix/$directory" 2>/dev/null || true
  done
  echo "removed syncq from $prefix; the state in ~/.local/state/syncq is kept"
}

# It and those above it; notes those below the prefix.
make_dir() {
  if ! [ -d "$1" ]; then
    make_dir "$(dirname "$1")"
    (umask 022 && mkdir "$1" 2>/dev/null) || may_not_write "$1"
    made="$made
${1#"$prefix"}/"
    if [ -f "$list" ]; then printf '%s\n' "${1#"$prefix"}/" >>"$list"; fi
  fi
  [ -w "$1" ] || may_not_write "$1"
}

may_not_write() {
  fail "you can't write to $1; use sudo, or --user for yourself alone"
}

fail() {
  echo "install.sh: $1" >&2
  exit "${2-1}"
}

main "$@"
