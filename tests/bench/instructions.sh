#!/bin/bash
# Counts the instructions of fixed workloads, which no other load on the
# machine changes, and compares them with instructions.json beside this file.
#
#   instructions.sh SYNCQ            fails if one is over its baseline
#   instructions.sh SYNCQ --update   makes today's counts the baseline
set -euo pipefail

# The C library uses other routines on other processors.
readonly margin_percent=15
readonly times=200
syncq=$(readlink -f "$1")
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
dir=$(mktemp -d "${TMPDIR:-/tmp}/sqXXXXXX")
daemon=''
declare -A count
readonly syncq here dir

main() {
  trap clean_up EXIT
  measure >"$dir/now.json"
  if [[ ${1-} == --update ]]; then
    cp "$dir/now.json" "$here/instructions.json"
  else
    compare
  fi
}

clean_up() {
  if [[ -n $daemon ]]; then kill "$daemon" 2>/dev/null || true; fi
  syncq daemon stop >"$dir/stop" 2>&1 || true
  rm -rf "$dir"
}

measure() {
  of_client version --version
  of_run run_client run q -- true
  of_daemon idle true
  of_daemon tickets draw_tickets
  of_daemon pushes repeat syncq queue push q message
  of_daemon lines push_lines
  of_daemon ephemeral push_ephemeral_lines
  jq -n '$ARGS.named' \
    --argjson version "${count[version]}" \
    --argjson run_client "${count[run_client]}" \
    --argjson daemon_start "${count[idle]}" \
    --argjson ticket "$(((count[tickets] - count[idle]) / times))" \
    --argjson push "$(((count[pushes] - count[idle]) / times))" \
    --argjson pushed_line "$(((count[lines] - count[idle]) / (times * 100)))" \
    --argjson ephemeral_line \
    "$(((count[ephemeral] - count[idle]) / (times * 100)))"
}

compare() {
  jq -nr --slurpfile was "$here/instructions.json" \
    --slurpfile now "$dir/now.json" --argjson margin "$margin_percent" '
    $now[0] | to_entries[] | ($was[0][.key] // 0) as $was |
    (.value / ($was + 1) * 100 - 100 | round) as $more |
    "\(.key): \(.value), was \($was)" +
    if $more > $margin then " TOO MANY" else "" end' | tee "$dir/table"
  if grep -q 'TOO MANY' "$dir/table"; then
    echo "instructions.sh: a workload costs over $margin_percent % more than" \
      "its baseline: make it cheaper, or run it with --update and say why" >&2
    return 1
  fi
}

# --- workloads ----------------------------------------------------------
# Each step waits for its answer, so that the daemon's loop iterations do not
# depend on how fast anything is.

syncq() {
  SYNCQ_NO_SPAWN=1 SYNCQ_STATE_DIR=$dir/state SYNCQ_SOCKET=$dir/s "$syncq" "$@"
}

repeat() { for ((i = 0; i < times; ++i)); do "$@"; done; }

draw_tickets() {
  syncq fifo new --name q
  repeat syncq fifo ticket q
}

push_lines() { seq $((times * 100)) | syncq queue push --lines q; }

push_ephemeral_lines() {
  syncq queue new --ephemeral q
  push_lines
}

# --- counting -----------------------------------------------------------

of_client() {
  (counted "$@")
  keep "$1"
}

# A client that becomes a command, until then; its daemon is not counted.
of_run() {
  local name=$1
  shift
  SYNCQ_STATE_DIR=$dir/state SYNCQ_SOCKET=$dir/s "$syncq" daemon start
  (until=execve counted "$name" "$@")
  syncq daemon stop >&2
  rm -rf "$dir/state"
  mv "$dir/$name.count.1" "$dir/$name.count"
  keep "$name"
}

# A daemon from its start to its end, with some work in between.
of_daemon() {
  local name=$1
  shift
  counted "$name" daemon run --durability normal &
  daemon=$!
  for ((i = 0; i < 1000; ++i)); do
    if syncq status >"$dir/status" 2>&1; then break; fi
    sleep 0.02
  done
  "$@" >"$dir/work"
  syncq daemon stop >&2
  wait "$daemon" || true
  daemon=''
  rm -rf "$dir/state"
  keep "$name"
}

# Becomes valgrind: the pid of a daemon in the background is valgrind's. Counts
# up to the first call of $until, if that is set.
counted() {
  local name=$1
  shift
  # The C library reads each variable of the environment at the start.
  # Not as an option: `run` would have to read options at all.
  exec env -i PATH=/usr/bin:/bin SYNCQ_NO_SPAWN=1 \
    SYNCQ_STATE_DIR="$dir/state" SYNCQ_SOCKET="$dir/s" \
    valgrind --tool=callgrind --callgrind-out-file="$dir/$name.count" \
    ${until:+--dump-before="$until"} "$syncq" "$@" >"$dir/$name.log" 2>&1
}

keep() { count[$1]=$(sed -n 's/^totals: //p' "$dir/$1.count"); }

main "${@:2}"
