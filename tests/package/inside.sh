#!/bin/bash
# What clean_root_test.sh does in the system that it has booted. ann has the
# units, bob has not.
set -euo pipefail
cd /package
# shellcheck source=tests/package/check.sh
. ./check.sh

main() {
  for user in ann bob; do useradd --create-home "$user"; done
  loginctl enable-linger ann
  eventually test -S "/run/user/$(id -u ann)/bus"

  installs
  serves_without_units
  a_socket_takes_over_from_a_running_daemon
  cron_finds_the_same_daemon
  turns_and_signals_work_in_the_unit
  the_unit_starts_again_what_ended
  upgrades_under_running_daemons
  a_removal_ends_no_command
  a_later_installation_finds_what_was_kept
  the_tar_file_has_units_too
}

# as USER COMMAND: in a shell as a login leaves it.
as() {
  local runtime
  runtime=/run/user/$(id -u "$1")
  if [[ ! -d $runtime ]]; then runtime=; fi
  runuser -u "$1" -- env -i HOME="/home/$1" USER="$1" LC_ALL=C.UTF-8 \
    PATH=/usr/local/bin:/usr/bin:/bin ${runtime:+XDG_RUNTIME_DIR="$runtime"} \
    sh -c "cd; $2"
}

status_of() { as "$1" "syncq --no-spawn status -o json" | json "$2"; }

# json KEY: the value of a member that is no object; there is no jq here.
json() { grep -o "\"$1\":[^,}]*" | head -n 1 | sed 's/^[^:]*://; s/"//g'; }

unit_is() { [[ $(as ann "systemctl --user is-active $1") == "$2" ]]; }

# hold USER, then let_go USER: a command has the turn of q, and one waits.
hold() {
  as "$1" 'rm -f came; mkfifo -m 600 gate 2>/dev/null
    setsid syncq run q -- sh -c "read x <gate" >/dev/null 2>&1 &'
  eventually line_is "$1" 1 0
  as "$1" 'setsid syncq run q -- touch came >/dev/null 2>&1 &'
  eventually line_is "$1" 1 1
}

# line_is USER HELD WAITING
line_is() {
  local said
  said=$(as "$1" "syncq --no-spawn status -o json")
  [[ $(json held <<<"$said") == "$2" && $(json waiting <<<"$said") == "$3" ]]
}

still_in_line() { eventually line_is "$1" 1 1; }

let_go() {
  as "$1" '[ ! -e came ] && echo >gate'
  eventually test -e "/home/$1/came"
}

# The commands of the README: readme_block N of its section Install.
readme_block() {
  awk -v wanted="$1" '/^## / { inside = $2 == "Install" }
    inside && /^```/ { ++fences; next }
    inside && fences == 2 * wanted - 1' README.md >block
  [[ -s block ]] || fail "the README has no block $1 in Install"
  # A process of its own: in a condition, `set -e` does not hold.
  DEBIAN_FRONTEND=noninteractive bash -ec 'cd download
    sudo() { "$@"; }
    . ../block' >log 2>&1 </dev/null || fail "$(cat block log)"
}

installs() {
  readme_block 1
  same "the package" "install ok installed" \
    "$(dpkg-query -W -f '${Status}' syncq)"
  same "what differs from the package" "" "$(dpkg --verify syncq)"
  same "the units' faults" "" "$(as ann "systemd-analyze --user --man=no verify \
    /usr/lib/systemd/user/syncq.socket /usr/lib/systemd/user/syncq.service" 2>&1)"
  # Nobody needs them.
  same "the socket" disabled \
    "$(as ann "systemctl --user is-enabled syncq.socket" || true)"
  version=$(dpkg-query -W -f '${Version}' syncq)
}

serves_without_units() {
  for user in ann bob; do
    same "a turn" mine "$(as "$user" "syncq run q -- echo mine")"
    as "$user" "syncq queue push m hello"
    hold "$user"
    same "activated" false "$(status_of "$user" activated)"
  done
}

a_socket_takes_over_from_a_running_daemon() {
  local before
  before=$(status_of ann pid)
  as ann "systemctl --user enable --now syncq.socket" 2>/dev/null
  same "activated" true "$(status_of ann activated)"
  [[ ! -e /proc/$before ]] || fail "the first daemon is there still"
  eventually unit_is syncq.service active
  same "the daemon's unit" "$(status_of ann pid)" \
    "$(as ann "systemctl --user show -P MainPID syncq.service")"
  still_in_line ann
}

cron_finds_the_same_daemon() {
  same "the daemon of a cron job" "$(status_of ann pid)" \
    "$(runuser -u ann -- env -i HOME=/home/ann PATH=/usr/bin:/bin \
      syncq --no-spawn status -o json | json pid)"
}

# Seccomp and the rest of the unit let it do all that it does elsewhere.
turns_and_signals_work_in_the_unit() {
  as ann "setsid syncq run k -- sleep 1000 >/dev/null 2>&1 &"
  eventually line_is ann 2 1
  as ann "syncq fifo kill k"
  still_in_line ann
  as ann "syncq history k" | grep -qE 'signal|TERM|unknown' ||
    fail "how a killed command ended: $(as ann "syncq history k")"
  let_go ann
  hold ann
  same "a message" one "$(as ann "printf one | syncq queue push n &&
    syncq queue pop n")"
  as ann "syncq doctor" >log || fail "$(cat log)"
}

the_unit_starts_again_what_ended() {
  local before
  before=$(status_of ann pid)
  kill -KILL "$before"
  [[ $(status_of ann pid) != "$before" ]] || fail "the same daemon"
  still_in_line ann
  before=$(status_of ann pid)
  as ann "syncq daemon restart"
  [[ $(status_of ann pid) != "$before" ]] || fail "the same daemon"
  same "activated" true "$(status_of ann activated)"
  as ann "syncq daemon stop"
  still_in_line ann
}

# No daemon is ended by it: the next command does that.
upgrades_under_running_daemons() {
  local ann bob
  ann=$(status_of ann pid) bob=$(status_of bob pid)
  dpkg -i new.deb >log 2>&1 || fail "$(cat log)"
  kill -0 "$ann" "$bob" || fail "the upgrade ended a daemon"
  for user in ann bob; do
    as "$user" "syncq fifo ls" >/dev/null
    eventually test "$(status_of "$user" version)" = 99.0.0
    still_in_line "$user"
  done
  same "ann's activated" true "$(status_of ann activated)"
  same "bob's activated" false "$(status_of bob activated)"
  let_go ann
  let_go bob
  hold ann
}

a_removal_ends_no_command() {
  local bob files
  bob=$(status_of bob pid)
  mapfile -t files < <(dpkg -L syncq | grep syncq)
  dpkg -r syncq >log 2>&1 || fail "$(cat log)"
  ! grep -q warning log || fail "$(cat log)"
  for file in "${files[@]}"; do
    [[ ! -e $file ]] || fail "$file is left"
  done
  eventually unit_is syncq.socket inactive
  pgrep -u ann -f 'read x' >/dev/null || fail "the removal ended a command"
  kill -0 "$bob" || fail "the removal ended a daemon"
  dpkg -P syncq >log 2>&1 || fail "$(cat log)"
  # The one that waits starts the daemon of its own file.
  let_go ann
}

a_later_installation_finds_what_was_kept() {
  dpkg -i new.deb >log 2>&1 || fail "$(cat log)"
  for user in ann bob; do
    same "the message of $user" hello "$(as "$user" "syncq queue pop m")"
    as "$user" "syncq daemon stop"
  done
  dpkg -P syncq >log 2>&1 || fail "$(cat log)"
}

the_tar_file_has_units_too() {
  local before
  before=$(find /usr/local | sort)
  readme_block 2
  as ann "systemctl --user daemon-reload; systemctl --user restart syncq.socket"
  same "activated" true "$(status_of ann activated)"
  same "the version" "$version" "$(status_of ann version)"
  as ann "systemctl --user disable --now syncq.socket syncq.service" 2>/dev/null
  /usr/local/share/syncq/install.sh --uninstall >/dev/null
  same "what is left" "$before" "$(find /usr/local | sort)"
}

main
