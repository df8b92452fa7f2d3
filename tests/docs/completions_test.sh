#!/bin/bash
# What the three shells offer at the end of a line: completions_test.sh SYNCQ
# SOURCE. A shell that is not installed is skipped.
set -euo pipefail
# shellcheck source=tests/docs/skip.sh
. "${BASH_SOURCE[0]%/*}/skip.sh"

readonly syncq=$1 source=$2/completions
dir=$(mktemp -d)
readonly dir
failed=0

# A line to complete, and words that must be among the offers.
readonly cases=(
  'syncq |run fifo queue ls ps status daemon help version'
  'syncq queue p|push pop peek purge pause'
  'syncq help |run fifo queue status daemon version'
  'syncq help queue p|push pop peek purge'
  'syncq fifo show |deploy'
  'syncq run |deploy'
  'syncq run deploy |--'
  'syncq queue each |jobs'
  'syncq queue each jobs |--'
  'syncq fifo ls -o |raw json'
  'syncq queue new --overflow |evict reject'
  'syncq queue show jobs --state |ready delayed leased dead'
  'syncq queue new q --dead-letter |jobs'
  'syncq daemon run --durability |full normal'
  'syncq daemon run --log-level |debug info warn error'
  'syncq daemon logs --level |debug info warn error'
  'syncq daemon logs --since 10m --le|--level'
  'syncq daemon restart --tc|--tcp --tcp-no-token --tcp-timeout'
  'syncq daemon start --tcp-no-token --durability |full normal'
  'syncq daemon c|config'
  'syncq fifo ls --wi|--wide'
  'syncq ps --w|--watch --wide'
  'syncq fifo show -w |deploy'
  'syncq queue show --wat|--watch'
  'syncq fifo kill deploy --signal |TERM KILL'
  'syncq run --nested |refuse within wait'
  'syncq run --preempt |deploy'
  'syncq queue peek jobs |0'
  'syncq completion |bash zsh fish'
  'syncq -o json fifo show |deploy'
  'syncq --so|--socket'
  'syncq flock --con|--conflict-exit-code'
  # The words after -- are a command line of their own.
  'syncq run deploy -- mkti|mktime_of_test'
  'syncq run -q --slots 2 deploy -- mkti|mktime_of_test'
  'syncq fifo run deploy -- mkti|mktime_of_test'
  'syncq queue each -j 2 jobs -- mkti|mktime_of_test'
)

main() {
  export SYNCQ_STATE_DIR=$dir/state SYNCQ_SOCKET=$dir/s HOME=$dir
  export SYNCQ_CONFIG=
  export PATH=$dir/bin:${syncq%/*}:$PATH OFFERS=$dir/offers
  trap 'syncq daemon stop 2>/dev/null; rm -rf "$dir"' EXIT
  mkdir "$dir/bin"
  printf '#!/bin/sh\n' >"$dir/bin/mktime_of_test"
  chmod +x "$dir/bin/mktime_of_test"
  syncq fifo new --name deploy >/dev/null
  syncq queue push jobs one
  local shell
  for shell in bash fish zsh; do
    if command -v "$shell" >/dev/null; then
      check "$shell"
    else
      skip "$shell is not installed"
    fi
  done
  exit $((failed ? 1 : skipped))
}

# The file offers.I has a shell's offers for line number I.
check() {
  local shell=$1 i word lines=("${cases[@]%%|*}")
  rm -f "$OFFERS".*
  case $shell in
    bash) offered_by_bash "${lines[@]}" ;;
    fish) offered_by_fish "${lines[@]}" ;;
    zsh) offered_by_zsh "${lines[@]}" ;;
  esac >"$dir/said" 2>&1 || cat "$dir/said" >&2
  for i in "${!cases[@]}"; do
    touch "$OFFERS.$i"
    for word in ${cases[i]#*|}; do
      if ! grep -qxFe "$word" "$OFFERS.$i"; then
        echo "$shell: '${cases[i]%%|*}' does not offer '$word' but:" \
          "$(tr '\n' ' ' <"$OFFERS.$i")" >&2
        failed=1
      fi
    done
  done
}

# Each gets all lines in one shell, since starting a shell takes the time.
offered_by_bash() {
  # shellcheck disable=SC2016  # for the inner shell
  bash --norc -c '
    source "$1"
    shift
    i=0
    for line; do
      read -ra COMP_WORDS <<<"$line"
      if [[ $line == *" " ]]; then COMP_WORDS+=(""); fi
      COMP_CWORD=$((${#COMP_WORDS[@]} - 1)) COMP_LINE=$line
      COMP_POINT=${#line} COMP_TYPE=42 COMPREPLY=()
      _syncq syncq "${COMP_WORDS[COMP_CWORD]}" ""
      printf "%s\n" "${COMPREPLY[@]}" >"$OFFERS.$((i++))"
    done' _ "$source/syncq.bash" "$@"
}

offered_by_fish() {
  # shellcheck disable=SC2016
  fish -N -c '
    source $argv[1]
    for i in (seq 2 (count $argv))
      complete -C $argv[$i] | cut -f 1 >$OFFERS.(math $i - 2)
    end' "$source/syncq.fish" "$@"
}

# zsh completes only at a terminal: it gets one, and types a Tab after each line,
# then clears it with ^U.
offered_by_zsh() {
  write_zsh_setup
  # shellcheck disable=SC2016
  zsh -f -c '
    zmodload zsh/zpty
    zpty shell zsh -f -i
    zpty -w shell "source $1"
    shift
    i=0
    for line; do
      : >$OFFERS.$i
      zpty -w -n shell "$line"$'\''\t'\''
      for try in {1..1200}; do
        [[ -e $OFFERS.$i.done ]] && break
        zpty -r -t shell chunk
        sleep 0.05
      done
      zpty -w -n shell $'\''\x15'\''
      ((++i))
    done
    zpty -d shell' _ "$dir/setup.zsh" "$@"
}

# A compadd that also records its arguments.
write_zsh_setup() {
  cat >"$dir/setup.zsh" <<END_OF_ZSH
PROMPT=
fpath=($source \$fpath)
autoload -Uz compinit
compinit -u -D
bindkey '^I' complete-word
bindkey '^U' kill-whole-line
zstyle ':completion:*' insert-tab false
typeset -gi line_number=0
compadd() {
  if [[ \${@[1,(i)(-|--)]} != *-(O|A|D)\\ * ]]; then
    local -a hits
    builtin compadd -A hits "\$@"
    (( \$#hits )) && print -rl -- \$hits >>\$OFFERS.\$line_number
  fi
  builtin compadd "\$@"
}
written() {
  : >\$OFFERS.\$line_number.done
  ((++line_number))
  comppostfuncs=(written)
}
comppostfuncs=(written)
END_OF_ZSH
}

main
