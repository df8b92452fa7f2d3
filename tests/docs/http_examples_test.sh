#!/bin/bash
# Runs the examples of syncq-http(7), one after the other as they stand there,
# against a daemon of its own: http_examples_test.sh SYNCQ SOURCE
set -euo pipefail

readonly page=$2/man/syncq-http.7
home=$(mktemp -d)
readonly home
export PATH=$home:$PATH SYNCQ_STATE_DIR=$home/state SYNCQ_SOCKET=$home/socket
export SYNCQ_CONFIG=
unset SYNCQ_ENDPOINT SYNCQ_NO_SPAWN
ln -s "$1" "$home/syncq"
trap 'syncq daemon stop 2>/dev/null; rm -rf "$home"' EXIT

# An example fails if its request is refused. The one that holds its turn
# until Ctrl-C is typed is ended instead; curl then says 28.
curl() {
  if [[ $* != */hold* ]]; then
    command curl --fail --max-time 60 "$@"
    return
  fi
  local status=0
  command curl --fail --max-time 2 "$@" || status=$?
  [[ $status == 28 ]]
}
# The work of an example.
made=0
make() { made=1; }

# Makes what the queue examples need: the file that one of them puts, messages
# to take, a lease.
prepare() {
  echo 'some work' >job
  if ! syncq queue show jobs >/dev/null 2>&1; then return; fi
  syncq queue push jobs one two three
  # shellcheck disable=SC2034  # examples use it
    lease=$(syncq queue pop jobs --lease 5m -o json | jq -r .lease)
}

# The commands of each example, a NUL after each, without the answers.
examples() {
  awk '
    /^\.Bd -literal/ { text = ""; inside = 1; next }
    /^\.Ed/ && text ~ /^(api|[a-z]+=)/ { printf "%s%c", text, 0 }
    /^\.Ed/ || /^\{/ { inside = 0 }
    inside { sub(/\\e$/, "\\"); text = text $0 "\n" }' "$page"
}

cd "$home"
count=0
while IFS= read -r -d '' example; do
  echo "--- $example"
  prepare
  # In this shell: an example uses the variables of those before it.
  eval "$example"
  count=$((count + 1))
done < <(examples)
# The way they are found must miss none.
if ((count < 29 || !made)); then
  echo "of the examples in $page only $count were found" >&2
  exit 1
fi
