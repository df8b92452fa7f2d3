#!/bin/bash
# Every command and every long option that --help shows is in its man page
# and in the completions of all three shells: options_test.sh SYNCQ SOURCE
set -euo pipefail

readonly syncq=$1 source=$2
declare -A has  # by a file and a word in it
failed=0

main() {
  local file commands command option
  cd "$source"
  for file in man/*.1 completions/*syncq*; do words_of "$file"; done
  mapfile -t commands < <("$syncq" help |
    sed -nE 's/^  ([a-z]+( [a-z]+)?)  +[A-Z].*/\1/p')
  ((${#commands[@]} > 10)) || fail "\`syncq help\` shows no commands"
  for command in "${commands[@]}"; do
    mentions "$command"
    while read -r option; do
      mentions "$command" "$option"
    done < <(options_of "$command")
  done
  exit "$failed"
}

# The options listed in --help, not those in its examples.
options_of() {
  # shellcheck disable=SC2086  # a command is one word or two
  "$syncq" $1 --help | sed -n '/^Options:/,/^$/p' |
    grep -oE '^ +(-[a-zA-Z],)?--[a-z-]+' | grep -oE '[a-z][a-z-]+$'
}

mentions() {
  local command=$1 word=${2-${1##* }} shell
  in_file "man/$(page_of "$command")" "$word" || in_file man/syncq.1 "$word" ||
    fail "no man page says '$word' of 'syncq $command'"
  for shell in syncq.bash _syncq syncq.fish; do
    in_file "completions/$shell" "$word" ||
      fail "completions/$shell lacks '$word' of 'syncq $command'"
  done
}

words_of() {
  local word
  while read -r word; do
    has["$1 $word"]=1
  done < <(grep -oE '[a-zA-Z0-9][a-zA-Z0-9-]*' "$1" | sort -u)
}

in_file() { [[ -v has["$1 $2"] ]]; }

page_of() {
  case $1 in
    run | 'fifo run') echo syncq-run.1 ;;
    fifo*) echo syncq-fifo.1 ;;
    queue*) echo syncq-queue.1 ;;
    daemon*) echo syncq-daemon.1 ;;
    *) echo syncq.1 ;;
  esac
}

fail() {
  echo "$*" >&2
  failed=1
}

main
