#!/bin/bash
# Runs each command of the README, in its order and with its shell, against a
# daemon of its own, and compares what it prints with what the README says;
# what can't be run here is listed below, each with the reason:
# readme_test.sh SYNCQ SOURCE
#
# What a block is, is said by its language: `sh` a script, `console` commands
# after "$ " with what they print (… stands for anything), `crontab` and `make`
# what the two read, `text` nothing to run.
set -euo pipefail

readonly syncq=$1 source=$2 readme=$2/README.md
home=$(mktemp -d)
make=$(command -v make)
readonly home make

# REASON|COMMAND, as the README has it.
readonly not_run=(
  'builds all of it; CI begins with it (.ci/run)|./dev run run hello -- echo "my turn"   # builds what is missing, then runs it'
  'is what runs this|./dev test                              # builds it for tests and runs them'
  'tests/package/inside.sh runs it in a system of its own|sha256sum --check --ignore-missing SHA256SUMS'
  'tests/package/inside.sh runs it in a system of its own|sudo apt install ./syncq_*.deb'
  'tests/package/inside.sh runs it in a system of its own|tar -xf syncq-*-linux-*.tar.gz'
  'tests/package/inside.sh runs it in a system of its own|sudo syncq-*-linux-*/install.sh'
  './dev test package runs it|./dev release                 # into build/dist'
)
declare -A excused=()
count=0 current=nothing

main() {
  export HOME=$home PATH=$home/bin:$PATH SYNCQ_CONFIG=
  export SYNCQ_STATE_DIR=$home/state SYNCQ_SOCKET=$home/socket
  unset SYNCQ_ENDPOINT SYNCQ_NO_SPAWN MAKEFLAGS
  trap 'end_all' EXIT
  make_what_commands_need
  cd "$home"
  local language block
  while IFS= read -r -d '' language && IFS= read -r -d '' block; do
    case $language in
      sh) run_script "$block" ;;
      console) run_console "$block" ;;
      crontab) run_crontab "$block" ;;
      make) run_makefile "$block" ;;
      text) ;;
      *) fail "a block is '$language', which says not what it is: $block" ;;
    esac
  done < <(blocks)
  ((count > 30)) || fail "only $count commands were found"
  current=
  what_was_run_ran
  nothing_is_excused_in_vain
  links_lead_somewhere
  recordings_are_shown
  figures_are_measured
}

# The language of each block, and the block, a NUL after each.
blocks() {
  awk '/^```/ {
      if (inside) printf "%s%c%s%c", language, 0, text, 0
      inside = !inside; language = substr($0, 4); text = ""; next
    }
    inside { text = text $0 "\n" }' "$readme"
}

# --- blocks ---------------------------------------------------------------

run_script() {
  local line script=
  while IFS= read -r line; do
    if ! is_excused "$line"; then script+=$line$'\n'; fi
  done <<<"$1"
  if [[ -n ${script//$'\n'/} ]]; then run "$script"; fi
}

# Each command, and the lines up to the next.
run_console() {
  local line command='' expected='' begun=0
  while IFS= read -r line; do
    if [[ $line == '$ '* ]]; then
      if ((begun)); then run "$command" "$expected"; fi
      command=${line#'$ '} expected='' begun=1
    else
      expected+=$line$'\n'
    fi
  done <<<"$1"
  run "$command" "$expected"
}

run_crontab() {
  local line command
  while IFS= read -r line; do
    command=$(sed -E 's/^([^ ]+ +){5}//' <<<"$line")
    if [[ -n $command ]]; then run "$command"; fi
  done <<<"$1"
}

# The recipe runs as it stands, and make stops at what fails.
run_makefile() {
  printf '%s' "$1" >Makefile
  touch site
  count=$((count + 1))
  "$make" >out 2>&1 </dev/null || fail "make: $(cat out Makefile)"
  grep -q 'rsync -a site/' calls ||
    fail "make did not come to rsync: $(cat out)"
  rm Makefile
}

# run COMMAND [OUTPUT]: in this shell, as those after it use its variables.
run() {
  local expected=${2-} printed code=0 ends=0
  if is_excused "$1"; then return; fi
  count=$((count + 1))
  current=$1
  echo "--- $1"
  prepare "$1"
  case $1 in
    *'--until-empty'*) ;;
    *'queue each '*) ends=130 ;;  # goes on until Ctrl-C
    'syncq ls -w '*)
      run_at_terminal "$1"
      return
      ;;
  esac
  # Not only the last of several: in a condition `set -e` does not hold.
  trap 'code=$?' ERR
  set +e
  eval "$1" >out 2>err </dev/null
  set -e
  trap - ERR
  [[ $code == "$ends" ]] || fail "status $code of $1: $(cat out err)"
  printed=$(cat out)
  expected=${expected%$'\n'}
  if [[ -n $expected ]]; then
    # shellcheck disable=SC2053  # a pattern, of which … is *
    [[ $printed == $(pattern "$expected") ]] ||
      fail "$1 does not print '$expected' but '$printed'"
  fi
}

# With a Ctrl-C as soon as it has drawn something.
run_at_terminal() {
  local code=0
  rm -f drawn
  { eventually grep -qs NAME drawn; printf '\003'; } |
    script -qefc "$1" drawn >/dev/null || code=$?
  [[ $code == 130 ]] || fail "status $code of $1: $(cat drawn)"
}

# The text as a pattern that matches it alone, but for its …
pattern() { sed 's/[^a-zA-Z0-9… ]/\\&/g; s/…/*/g' <<<"$1"; }

is_excused() {
  local entry
  for entry in "${not_run[@]}"; do
    if [[ $1 == "${entry#*|}" ]]; then
      excused[$entry]=1
      return 0
    fi
  done
  return 1
}

# --- what the commands find -----------------------------------------------

# What belongs to the reader: each writes down how it was called.
make_what_commands_need() {
  local program
  mkdir "$home/bin"
  ln -s "$syncq" "$home/bin/syncq"
  for program in mirror backup build train flash report import migrate \
    make-thumbnail bin/make bin/rsync; do
    # shellcheck disable=SC2016  # for the program
    printf '#!/bin/sh\necho "${0##*/} $*" >>"$HOME/calls"\n' >"$home/$program"
  done
  # The one that is read by a worker reads its message.
  # shellcheck disable=SC2016
  printf '#!/bin/sh\ncat >>"$HOME/mails"\n' >"$home/bin/sendmail"
  # There may be no systemd; what it would start must work all the same.
  # shellcheck disable=SC2016
  printf '#!/bin/sh\nwhile [ "${1#-}" != "$1" ]; do shift; done\nexec "$@"\n' \
    >"$home/bin/systemd-run"
  # What it would do to this machine is in the list of what is not run.
  printf '#!/bin/sh\nexit 1\n' >"$home/bin/sudo"
  chmod +x "$home"/{mirror,backup,build,train,flash,report,import,migrate,make-thumbnail} \
    "$home"/bin/*
  # shellcheck disable=SC2034  # a command uses it
  file=cat.png
}

# What must be so for a command to have something to do.
prepare() {
  case $1 in
    *'make-thumbnail'*) ends_when 'make-thumbnail cat.png' "$home/calls" ;;
    *' -- sendmail'*)
      syncq queue push mail 'To: you'
      ends_when 'To: you' "$home/mails"
      ;;
    'syncq fifo front '*) hold_deploy; wait_in_deploy 3 ;;
    'syncq fifo resume '*)
      # They end by themselves then.
      [[ $(syncq fifo show deploy) == *paused* ]] || fail "deploy is not paused"
      ;;
  esac
}

# Types Ctrl-C, so to speak, when what `each` runs has written $1 to the file $2.
ends_when() {
  (
    eventually grep -qF "$1" "$2"
    pkill -INT -P $$ -f 'queue each' || true
  ) >/dev/null 2>&1 &
}

hold_deploy() {
  syncq run deploy -q -- sleep 1000 >/dev/null 2>&1 &
  eventually line_of_deploy_is 1 0
}

wait_in_deploy() {
  local i
  for ((i = 1; i <= $1; ++i)); do
    syncq run deploy -q -- true >/dev/null 2>&1 &
    eventually line_of_deploy_is 1 "$i"
  done
}

line_of_deploy_is() {
  [[ $(syncq fifo show deploy -o json | jq -c '.fifo | [.held, .waiting]') == "[$1,$2]" ]]
}

eventually() {
  local i
  for ((i = 0; i < 600; ++i)); do
    if "$@"; then return; fi
    sleep 0.1
  done
  fail "this did not come: $*"
}

end_all() {
  local status=$? jobs
  # An example may `exit`.
  ((status == 0)) || [[ -z $current ]] || echo "failed at: $current" >&2
  syncq daemon stop 2>/dev/null || true
  mapfile -t jobs < <(jobs -p)
  if ((${#jobs[@]})); then kill "${jobs[@]}" 2>/dev/null || true; fi
  rm -rf "$home"
}

# --- the rest of what it says ---------------------------------------------

what_was_run_ran() {
  local call
  for call in 'mirror ' 'mirror --all' 'backup ' 'train ' 'train --large' \
    'flash ' 'report ' 'import ' 'migrate ' 'make deploy'; do
    eventually grep -qFx "$call" calls
  done
  # In the foreground, and in the background.
  eventually train_ran_twice
}

train_ran_twice() { (($(grep -cFx 'train ' calls) == 2)); }

nothing_is_excused_in_vain() {
  local entry
  for entry in "${not_run[@]}"; do
    [[ -n ${excused[$entry]-} ]] ||
      fail "the README has no such command any more: ${entry#*|}"
  done
}

links_lead_somewhere() {
  local link
  while read -r link; do
    [[ -e $source/$link ]] || fail "the README links to $link, which is not there"
  done < <(grep -oE '\]\([^):#]+\)' "$readme" | tr -d ']()')
}

# As an image the README's page runs no script.
recordings_are_shown() {
  local file found=0
  for file in "$source"/docs/recordings/*.svg; do
    found=$((found + 1))
    grep -qF "](docs/recordings/${file##*/})" "$readme" ||
      fail "the README does not show $file"
    ! grep -qi '<script' "$file" || fail "$file has a script"
    (($(stat -c %s "$file") < 200000)) || fail "$file is large"
  done
  ((found > 1)) || fail "there are $found recordings"
}

# Each line of three runs is one of docs/performance.md.
figures_are_measured() {
  local figures found=0
  while read -r figures; do
    found=$((found + 1))
    grep -qF "| $figures |" "$source/docs/performance.md" ||
      fail "docs/performance.md does not have $figures"
  done < <(sed -nE 's/^\|.*\| ([0-9. ]+[0-9]) \|$/\1/p' "$readme")
  ((found > 5)) || fail "only $found figures were found"
}

fail() {
  echo "$*" >&2
  exit 1
}

main
