#!/bin/bash
# The tar file of a release and its install.sh: archive_test.sh RELEASE
set -euo pipefail
# shellcheck source=tests/package/check.sh
. "${BASH_SOURCE[0]%/*}/check.sh"

readonly release=$1
work=$(mktemp -d)
readonly work
trap 'rm -rf "$work"' EXIT

main() {
  (cd "$release" && sha256sum --check --quiet --strict SHA256SUMS)
  tar -C "$work" -xf "$release"/syncq-*-linux-*.tar.gz
  cd "$work"/syncq-*-linux-*
  installs_below_a_prefix
  upgrades_over_a_running_program
  uninstalls_all_of_it
  removes_what_a_failed_one_left
  installs_for_a_user
  says_what_is_wrong
}

installs_below_a_prefix() {
  ./install.sh --prefix "$work/p q" >"$work/said"
  grep -q "below $work/p q" "$work/said" || fail "install.sh said: $(cat "$work/said")"
  same "the installed files" "$(find bin share -type f | sort)" \
    "$(cd "$work/p q" && find . -type f ! -path './share/syncq/*' |
      sed 's|^./||' | sort)"
  same "a turn" mine "$(SYNCQ_STATE_DIR=$work/state SYNCQ_CONFIG='' \
    SYNCQ_IDLE_EXIT=1s "$work/p q/bin/syncq" run q -- echo mine)"
  grep -q "^ExecStart=\"$work/p q/bin/syncq\" daemon run$" \
    "$work/p q/share/systemd/user/syncq.service" ||
    fail "the unit does not start the installed program"
  same "the program's mode" 755 "$(stat -c %a "$work/p q/bin/syncq")"
}

upgrades_over_a_running_program() {
  local pid
  SYNCQ_STATE_DIR=$work/state2 SYNCQ_SOCKET=$work/s SYNCQ_CONFIG='' \
    "$work/p q/bin/syncq" daemon run 2>"$work/log" &
  pid=$!
  eventually [ -S "$work/s" ]
  echo share/man/man1/syncq-old.1 >>"$work/p q/share/syncq/installed"
  touch "$work/p q/share/man/man1/syncq-old.1"
  ./install.sh --prefix="$work/p q" >/dev/null
  [[ ! -e $work/p\ q/share/man/man1/syncq-old.1 ]] ||
    fail "a file of the old version is left"
  kill -0 "$pid" || fail "the upgrade ended a daemon"
  kill "$pid"
  wait "$pid"
}

removes_what_a_failed_one_left() {
  mkdir -p "$work/half/share"
  touch "$work/half/share/man"  # in the place of a directory
  ! ./install.sh --prefix "$work/half" >/dev/null 2>&1 || fail "it did not fail"
  sh "$work/half/share/syncq/install.sh" --prefix "$work/half" --uninstall >/dev/null 2>&1
  same "what is left" "$work/half/share/man" "$(find "$work/half" -type f)"
}

uninstalls_all_of_it() {
  mkdir "$work/p q/share/mine"
  sh "$work/p q/share/syncq/install.sh" --prefix "$work/p q" --uninstall >/dev/null
  same "what is left" "$work/p q/share/mine" "$(find "$work/p q" -mindepth 2)"
}

installs_for_a_user() {
  mkdir "$work/home"
  HOME=$work/home PATH=$PATH:$work/home/.local/bin ./install.sh --user \
    >"$work/said"
  [[ $("$work/home/.local/bin/syncq" --version) == syncq* ]]
  same "what it said" 1 "$(wc -l <"$work/said")"
  HOME=$work/home ./install.sh --user --uninstall >/dev/null
  same "what is left" "$work/home" "$(find "$work/home")"
}

says_what_is_wrong() {
  touch "$work/file"
  refuses 2 --prefix relative
  refuses 2 --prefix
  refuses 2 --nosuch
  refuses 1 --prefix "$work/file"
  refuses 1 --prefix "$work/nothing" --uninstall
}

refuses() {
  local code=0
  ./install.sh "${@:2}" >/dev/null 2>"$work/said" || code=$?
  same "the status of install.sh ${*:2}" "$1" "$code"
  [[ -s $work/said ]] || fail "install.sh ${*:2} does not say why"
}

main
