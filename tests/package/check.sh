# shellcheck shell=bash
# For the tests of a release to source.

fail() {
  echo "${0##*/}: $*" >&2
  exit 1
}

# same WHAT EXPECTED FOUND
same() {
  [[ $2 == "$3" ]] || fail "$1: expected '$2', found '$3'"
}

# eventually COMMAND...: within ten seconds.
eventually() {
  local i
  for ((i = 0; i < 200; ++i)); do
    if "$@" >/dev/null 2>&1; then return; fi
    sleep 0.05
  done
  fail "in ten seconds it did not come to this: $*"
}
