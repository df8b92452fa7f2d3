#!/bin/bash
# --help, completion and the man pages know the same commands and options, none
# more and none less, and so do the API's document and its page:
# options_test.sh SYNCQ SOURCE
# shellcheck disable=SC2086,SC2016  # a command is one word or two; backquotes
set -euo pipefail

readonly syncq=$1 source=$2
readonly document=$source/daemon/http/openapi.json
failed=0

main() {
  cd "$source/man"
  mapfile -t commands < <("$syncq" help |
    sed -nE 's/^  ([a-z]+( [a-z]+)?)  +[A-Z].*/\1/p')
  ((${#commands[@]} > 40)) || fail "\`syncq help\` shows no commands"
  common=$("$syncq" help options | options)
  commands_are_in_pages
  options_are_in_pages
  completion_offers_the_options
  same 'the paths of openapi.json' "$(paths_of_document)" \
    'of syncq-http.7' "$(paths_of_page)"
  parameters_are_in_page
  commands_are_in_document
  values_are_in_document
  exit "$failed"
}

# --- commands and options -----------------------------------------------

# The long options that a --help lists, not those in its examples.
options() {
  sed -n '/^Options:/,/^$/p' | grep -oE '^ +(-[a-zA-Z0-9],)?--[a-z-]+' |
    grep -oE '[a-z][a-z-]+$' | sort -u || true
}

page_of() {
  case $1 in
    run | 'fifo run') echo syncq-run.1 ;;
    flock) echo syncq-flock.1 ;;
    shim) echo syncq-shim.1 ;;
    'fifo '*) echo syncq-fifo.1 ;;
    'queue '*) echo syncq-queue.1 ;;
    'daemon '*) echo syncq-daemon.1 ;;
    *) echo syncq.1 ;;
  esac
}

# Each has its line in the synopsis and its entry below that, and no other has.
commands_are_in_pages() {
  local group command
  for group in fifo queue daemon; do
    same "the commands of 'syncq help $group'" \
      "$(printf '%s\n' "${commands[@]}" | sed -n "s/^$group //p" | sort)" \
      "of the synopsis of syncq-$group.1" "$(synopsis_of "$group" | sort -u)"
  done
  for command in "${commands[@]}"; do
    if [[ $command == run ]]; then continue; fi
    grep -qE "^\.It (Nm )?Cm ${command##* }( |\$)" \
      "$([[ $command == *' '* ]] && echo "syncq-${command% *}.1" || echo syncq.1)" ||
      fail "no man page has an entry for 'syncq $command'"
  done
}

synopsis_of() {
  sed -n '/^\.Sh SYNOPSIS/,/^\.Sh DESC/p' "syncq-$1.1" |
    if [[ $1 == daemon ]]; then
      sed -n 's/^\.Cm //p' | tr -d ' ' | tr '|' '\n'
    else
      sed -nE "s/^\.Nm syncq Cm $1 ([a-z]+).*/\1/p"
    fi
}

options_are_in_pages() {
  local command option page all=$'help\nversion\n'$common
  declare -A has
  for page in syncq*.1; do has[$page]=$(options_of_page "$page"); done
  is_in() { [[ $'\n'$2$'\n' == *$'\n'$1$'\n'* ]]; }
  for option in $common; do
    is_in "$option" "${has[syncq.1]}" || fail "syncq.1 lacks --$option"
  done
  for command in "${commands[@]}"; do
    page=$(page_of "$command")
    for option in $("$syncq" $command --help | options); do
      all+=$'\n'$option
      is_in "$option" "${has[$page]}" ||
        fail "$page lacks --$option of 'syncq $command'"
    done
  done
  for page in "${!has[@]}"; do
    for option in ${has[$page]}; do
      is_in "$option" "$all" ||
        fail "$page has --$option, which no command has"
    done
  done
}

options_of_page() {
  grep -oE 'Fl Fl [a-z][a-z-]*' "$1" | sed 's/.* //' | sort -u || true
}

completion_offers_the_options() {
  local command help own
  for command in "${commands[@]}"; do
    help=$("$syncq" $command --help)
    own=$'help\n'$(options <<<"$help")
    if [[ $help == *'`syncq help options`'* ]]; then own+=$'\n'$common; fi
    same "the options of 'syncq $command --help'" \
      "$(sed '/^$/d' <<<"$own" | sort -u)" 'those that completion offers' \
      "$("$syncq" __complete fish $command - | sed -nE 's/^--([a-z-]+).*/\1/p' | sort -u)"
  done
}

# --- the API ------------------------------------------------------------

paths_of_document() {
  jq -r '.paths | to_entries[] | .key as $path | .value | keys[] |
    "\(. | ascii_upcase) \($path)"' "$document" | sort
}

# A heading without a method stands for GET and POST.
paths_of_page() {
  sed -nE 's/ Ns Ar ([A-Z]+)( Ns )?/{\L\1}/g; s/^\.Ss (.*\/.*)/\1/p' syncq-http.7 |
    awk '{
      split("", methods)
      for (i = 1; i <= NF; ++i) {
        if ($i ~ /^[A-Z]+$/) methods[$i]
        if ($i !~ /^\//) continue
        if (length(methods) == 0) { methods["GET"]; methods["POST"] }
        for (method in methods) print method, $i
      }
    }' | sort
}

# Of each path, in its section.
parameters_are_in_page() {
  local path name section
  while read -r path name; do
    section=$(sed -E 's/ Ns Ar ([A-Z]+)( Ns )?/{\L\1}/g' syncq-http.7 |
      awk -v path="$path" '/^\.S[sh] / {
        inside = 0
        for (i = 1; i <= NF; ++i) if ($i == path) inside = 1
      } inside')
    grep -qE "(^|[^a-z_])$name([^a-z_]|\$)" <<<"$section" ||
      fail "syncq-http.7 lacks the parameter '$name' of $path"
  done < <(jq -r '. as $all | .paths | to_entries[] | .key as $path |
    .value[].parameters[]? | if has("$ref") then (.["$ref"] | ltrimstr("#/") /
    "/") as $at | $all | getpath($at) else . end | select(.in == "query") |
    "\($path) \(.name)"' "$document" | sort -u)
}

# What the API does to a FIFO or a queue, a command does.
commands_are_in_document() {
  local group verb
  while read -r group verb; do
    case "$group $verb" in
      'fifo hold' | 'fifo command') ;;   # syncq run
      'fifo join') ;;                    # syncq run --if-waiting join
      'fifo history') ;;                 # syncq history
      'queue head' | 'queue tail') ;;    # syncq queue pop
      'queue messages') ;;               # syncq queue show, delete, purge
      *)
        printf '%s\n' "${commands[@]}" | grep -xFe "$group $verb" >/dev/null ||
          fail "no command 'syncq $group $verb' does what the API can"
        ;;
    esac
  done < <(jq -r '.paths | keys[]' "$document" |
    sed -nE 's,^/(fifo|queue)s?/\{[a-z]+\}/([a-z]+).*,\1 \2,p' | sort -u)
}

values_are_in_document() {
  values_match 'queue new --overflow' '.components.schemas.Queue.properties.overflow'
  values_match 'queue show --state' '.paths["/queues/{queue}/messages"].get.parameters[] |
    select(.name == "state").schema'
}

values_match() {
  same "the values of 'syncq $1'" \
    "$("$syncq" __complete fish $1 '' | sed 1d | sort)" 'those of the API' \
    "$(jq -r "$2 | .enum | sort[] | values" "$document")"
}

# --- helpers ------------------------------------------------------------

same() {
  local differ
  if differ=$(diff <(echo "$2") <(echo "$4")); then return; fi
  fail "$1 (<) are not $3 (>):"$'\n'"$(grep '^[<>]' <<<"$differ")"
}

fail() {
  echo "$*" >&2
  failed=1
}

main
