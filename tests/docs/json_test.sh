#!/bin/bash
# syncq-json(7) has the fields that syncq prints, with their types, none more
# and none less; so has --format: json_test.sh SYNCQ SOURCE
# shellcheck disable=SC2086,SC2016  # a command is several words; backquotes
set -euo pipefail

readonly page=$2/man/syncq-json.7
home=$(mktemp -d)
readonly home
export PATH=$home:$PATH SYNCQ_STATE_DIR=$home/state SYNCQ_SOCKET=$home/socket
export SYNCQ_CONFIG='' LC_ALL=C
unset SYNCQ_ENDPOINT SYNCQ_NO_SPAWN
ln -s "$1" "$home/syncq"
holder=
trap 'kill $holder 2>/dev/null; syncq daemon stop 2>/dev/null; rm -rf "$home"' EXIT
failed=0

main() {
  cd "$home"
  read_page
  populate
  fifos
  queues
  overviews
  daemon
  without_data
  compare
  formats
  all_commands_are_in_page
  exit "$failed"
}

# --- what the page says -------------------------------------------------

# A line "SECTION<tab>field type", with each of its types, in documented. The
# lists that a template can have are in flat_lists.
read_page() {
  sed -nE 's/\\-/-/g; s/^\.Ss (.*)/S \1/p; s/^\.It Li ([^ ]+) Ta ([a-z, ]+) Ta.*/F \1 \2/p' \
    "$page" | awk '
      $1 == "S" { sub(/^S /, ""); section = $0; next }
      { gsub(/,/, "")
        for (i = 3; i <= NF; ++i) print section "\t" $2 " " $i }' |
    sort -u >documented
  sed -nE 's/^\.It Li ([^ ]+) Ta list Ta of (integers|strings).*/\1/p' "$page" |
    sort -u >flat_lists
  (($(wc -l <documented) > 200)) || fail "no fields are found in $page"
}

documented_in() {
  local section
  for section in "$@"; do
    grep -qF "$section"$'\t' documented || fail "the page lacks '$section'"
    sed -n "s/^$section\t//p" documented
  done | sort -u
}

# --- what syncq prints --------------------------------------------------

# Keeps the objects on stdin, by SECTION; some sections are all of another and
# more: "Queue of an overview+Queue".
see() {
  jq -c "${2-.}" >>"seen $1"
}

populate() {
  syncq daemon start --tcp 127.0.0.1:0
  # From three on it is known what to expect.
  seq 3 | xargs -I N syncq run deploy -q -- true
  syncq run deploy -q -- false || true
  syncq run deploy -q -- sleep 600 &
  holder=$!
  until (($(syncq fifo show deploy -o json | jq .fifo.held) == 1)); do
    sleep 0.05
  done
  syncq fifo ticket deploy >/dev/null
  syncq fifo ticket deploy >/dev/null
  syncq fifo new >/dev/null
}

fifos() {
  local ticket
  syncq fifo ls -o json | tee list | see 'syncq fifo ls'
  see FIFO '.fifos[]' <list
  syncq fifo show deploy -o json | tee shown | see 'syncq fifo show'
  see FIFO .fifo <shown
  see Ticket '.tickets[]' <shown
  syncq history -o json | tee list | see 'syncq history'
  see Turn '.turns[]' <list
  syncq fifo new -o json --name steps --slots a,b | see 'syncq fifo new'
  ticket=$(syncq fifo ticket steps --take 2)
  syncq fifo ticket steps -o json | see 'syncq fifo ticket'
  syncq fifo wait steps "$ticket" -o json | see 'syncq fifo wait'
  syncq fifo cancel steps 1 -o json | see 'syncq fifo cancel'
  syncq fifo cancel steps --all -o json | see 'syncq fifo cancel'
  syncq fifo kill deploy -s CONT -o json | see 'syncq fifo kill'
  syncq fifo rm -q -y steps none -o json 2>/dev/null |
    see 'syncq fifo rm, queue rm'
}

queues() {
  local lease message='syncq queue pop, peek, consume'
  syncq queue new jobs -o json | see 'syncq queue new, set'
  syncq queue set jobs --capacity 100 -o json | see 'syncq queue new, set'
  syncq queue push jobs one two three four -o json |
    see 'syncq queue push, purge'
  syncq queue push jobs --delay 1h later
  printf '\xff' | syncq queue push jobs
  lease=$(syncq queue pop jobs --lease 5m -o json | tee taken | jq -r .lease)
  see "$message" <taken
  syncq queue nack jobs "$lease" --dead --reason 'no such user'
  syncq queue peek jobs.dead -o json | see "$message"
  syncq queue consume jobs 0 -o json | see "$message"
  syncq queue pop jobs --newest -o json | see "$message"
  syncq queue pop jobs --lease 5m >/dev/null 2>&1
  syncq queue ls -o json | tee list | see 'syncq queue ls'
  see Queue '.queues[]' <list
  local state
  for state in ready delayed leased; do
    syncq queue show jobs --state $state -o json >shown
    see 'syncq queue show' <shown
    see Queue .queue <shown
    see 'Listed message' '.messages[]' <shown
  done
  syncq queue show jobs.dead -o json | see 'Listed message' '.messages[]'
  syncq queue redrive jobs.dead -o json | see 'syncq queue redrive'
  syncq queue delete jobs -o json \
    "$(syncq queue show jobs -o json | jq -r '.messages[0].id')" |
    see 'syncq queue delete'
  syncq queue push other one two
  syncq queue pop other -n 2 --lease 1m -o json | tee leased |
    see 'syncq queue pop, peek, consume'
  # One more, which is over.
  { jq -r .lease leased; cat /proc/sys/kernel/random/uuid; } |
    xargs syncq queue ack other -o json 2>/dev/null |
    see 'syncq queue ack, nack, extend' || true
  syncq queue push other one
  syncq queue purge -y other -o json 2>/dev/null | see 'syncq queue push, purge'
  syncq queue rm -q other none -o json 2>/dev/null |
    see 'syncq fifo rm, queue rm'
}

overviews() {
  local command
  for command in ls ps; do
    syncq $command -o json | tee list | see 'syncq ls, ps'
    see 'FIFO of an overview' '.fifos[]' <list
    see 'Queue of an overview+Queue' '.queues[]' <list
    see Ticket '.fifos[].tickets[]' <list
  done
  first_of ls | see 'syncq ls, ps'
  first_of 'fifo show deploy' | see 'syncq fifo show'
}

# The first line of what goes on.
first_of() {
  rm -f lines
  syncq $1 -w -o json >lines &
  until [[ -s lines ]]; do sleep 0.05; done
  kill $!
  head -n 1 lines
}

daemon() {
  local command
  for command in status 'daemon status'; do
    syncq $command -o json | see 'syncq status, daemon status'
  done
  syncq daemon config -o json | see 'syncq daemon config'
  syncq daemon logs -o json | see 'syncq daemon logs'
  syncq daemon token -o json | see 'syncq daemon token'
  syncq doctor -o json | see 'syncq doctor'
  syncq completion bash -o json | see 'syncq completion'
  syncq shim --dir shims jq -o json 2>/dev/null | see 'syncq shim'
  PATH=$home syncq shim --dir shims --list -o json | see 'syncq shim'
  syncq version -o json | see 'syncq version'
  SYNCQ_STATE_DIR=$home/other SYNCQ_SOCKET=$home/other-socket \
    syncq doctor --repair -o json | see 'syncq doctor --repair'
}

# They succeed, and print {} or nothing.
without_data() {
  local ticket next lease
  syncq fifo new --name w >/dev/null
  ticket=$(syncq fifo ticket w)
  syncq fifo wait w "$ticket"
  syncq fifo ticket w >/dev/null
  next=$(syncq fifo ticket w)
  prints '{}' "fifo touch w $ticket"
  prints '{}' "fifo front w $next"
  prints '{}' "fifo done w $ticket"
  prints '{}' 'fifo pause w'
  prints '{}' 'fifo resume w'
  prints '{}' 'fifo set w --slots 2'
  syncq queue push w one two
  lease=$(syncq queue pop w --lease 1h -o json | jq -r .lease)
  prints '{}' "queue extend w $lease --by 1m"
  prints '{}' "queue nack w $lease"
  lease=$(syncq queue pop w --lease 1h -o json | jq -r .lease)
  prints '{}' "queue ack w $lease"
  prints '{}' 'queue pause w'
  prints '{}' 'queue resume w'
  prints '' 'run free -q -- true'
  prints '' 'queue each w -q --until-empty -- true'
  prints '' 'daemon start'
}

# Options stand before the words: what follows -- is the command's.
prints() {
  local printed
  printed=$(syncq -o json $2) || fail "'syncq -o json $2' fails"
  [[ $printed == "$1" ]] || fail "'syncq -o json $2' prints: $printed"
}

# --- both ---------------------------------------------------------------

# The fields of the objects on stdin, with their types. An object or a list
# whose parts the section does not have is told elsewhere.
fields() {
  jq -rn --rawfile documented "$1" '
    ($documented | split("\n") | map(split(" ")[0] // "")) as $known
    | def fields($path):
        ($path | if . == "" then "" else . + "." end) as $before
        | to_entries[] | ($before + .key) as $name | .value
        | (if type == "number" and . == floor then "integer"
           elif type == "array" then "list" else type end) as $type
        | "\($name) \($type)",
          (if type == "object" and any($known[]; startswith($name + ".")) then
             fields($name)
           elif type == "array" and any($known[]; startswith($name + "[]."))
             then .[] | fields($name + "[]")
           else empty end);
    inputs | fields("")' | sort -u
}

compare() {
  local file section lines
  sort -u <(cut -f1 documented) >sections
  while IFS= read -r section; do
    # Each by itself, or with another.
    [[ -n $(find . -size +0 -name "seen $section" -o -name "seen $section+*") ]] ||
      fail "no '$section' is seen"
  done <sections
  for file in 'seen '*; do
    section=${file#seen }
    IFS=+ read -ra lines <<<"$section"
    documented_in "${lines[@]}" >said
    fields said <"$file" | sed -E 's/(_per_s) integer/\1 number/' | sort -u >printed
    # Not each type can be had here.
    same "$section" "$(cut -d' ' -f1 said | sort -u)" \
      "$(cut -d' ' -f1 printed | sort -u)"
    comm -13 said printed >unsaid
    [[ ! -s unsaid ]] || fail "'$section' has other types than it says:" "$(<unsaid)"
  done
}

# What a template can have.
leaves() {
  documented_in "$@" | awk '
    NR == FNR { flat[$1]; next }
    $2 == "object" || ($2 == "list" && !($1 in flat)) { whole[$1] }
    !/\[\]/ { all[$1] }
    END { for (name in all) if (!(name in whole)) print name }' \
    flat_lists - | sort -u
}

formats() {
  local overview_fifo='FIFO of an overview'
  takes ls kind "$(leaves "$overview_fifo" Queue 'Queue of an overview')"
  takes ps "$(leaves Ticket)" "$(leaves "$overview_fifo" | sed 's/^/fifo./')"
  takes history "$(leaves Turn)"
  takes 'fifo ls' "$(leaves FIFO)"
  takes 'fifo show deploy' "$(leaves Ticket)" \
    "$(leaves FIFO | sed 's/^/fifo./')"
  takes 'queue ls' "$(leaves Queue)"
  takes 'queue show jobs' "$(leaves 'Listed message')" \
    "$(leaves Queue | sed 's/^/queue./')"
}

takes() {
  local command=$1 known
  shift
  known=$({ syncq $command --format '{?}' 2>&1 || true; } |
    sed -nE "s/.*there is no field '\?': use (.*);.*/\1/p" | sed 's/, /\n/g')
  same "syncq $command --format" "$(printf '%s\n' "$@" | sort -u)" \
    "$(sort -u <<<"$known")"
}

# In a heading, or in the lists of those without data.
all_commands_are_in_page() {
  local group name text
  text=$(sed 's/^\.[A-Z][a-z] //; s/syncq //g' "$page")
  while read -r group name; do
    grep -qwF -- "${name:-$group}" <<<"$text" ||
      fail "the page does not name 'syncq $group $name'"
  done < <(syncq help | sed -nE 's/^  ([a-z]+( [a-z]+)?)  +[A-Z].*/\1/p')
}

# --- helpers ------------------------------------------------------------

same() {
  local differ
  if differ=$(diff <(echo "$2") <(echo "$3")); then return; fi
  fail "$1: the page (<) and syncq (>) differ:"$'\n'"$(grep '^[<>]' <<<"$differ")"
}

fail() {
  printf '%s\n' "$@" >&2
  failed=1
}

main
