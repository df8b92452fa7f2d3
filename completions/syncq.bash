# bash completion for syncq(1). Names come from a running daemon:
# none is ever started to complete a word.

_syncq_values() {
  # Names and UUIDs need no quoting in JSON, so no parser is needed.
  local key=$1
  shift
  syncq "$@" -o json --no-spawn 2>/dev/null |
    grep -o "\"$key\": *\"[^\"]*\"" | sed 's/.*"\(.*\)"/\1/' | sort -u
}

_syncq_offer() { mapfile -t COMPREPLY < <(compgen -W "$1" -- "$cur"); }

_syncq_offer_fifos() {
  _syncq_offer "$(_syncq_values name fifo ls)"
  if ((!${#COMPREPLY[@]})); then
    _syncq_offer "$(_syncq_values uuid fifo ls)"
  fi
}

_syncq_offer_queues() { _syncq_offer "$(_syncq_values name queue ls)"; }

# Sets `path` to the commands in the line so far, `operands` to the other words
# that are not options, `dashes` to the index of `--`, if it is there, and
# `helping` if it asks for help.
_syncq_read_line() {
  local i word
  for ((i = 1; i < cword; ++i)); do
    word=${words[i]}
    case $word in
      --)
        dashes=$i
        return
        ;;
      -u | --uuid | -t | --ticket)
        operands+=("${words[++i]}")
        ;;
      --*=* | --no-spawn | --nowait | --follow | --quiet | --allow-overrides) ;;
      --tcp-no-token | --no-capacity | --no-dead-letter) ;;
      --help | --version | --yes | --wide | --failed | --force | --all | --repair | --greet | -[hqfy0]) ;;
      --ephemeral | --null | --newest | --dead | --allow-empty | --until-empty) ;;
      --wait)
        # `queue pop --wait` takes a value only after a =.
        if [[ $path != queue* ]]; then ((++i)); fi
        ;;
      -j?*) ;;
      -n)
        # Of `daemon logs`, `history` and `queue show`; `run -n` has no value.
        if [[ $path == @(daemon*|queue*|history) ]]; then ((++i)); fi
        ;;
      --lines)
        # `daemon logs --lines N`, `history --lines N`, `queue push --lines`.
        if [[ $path == @(daemon*|history) ]]; then ((++i)); fi
        ;;
      -) operands+=("$word") ;;
      -*) ((++i)) ;;
      help)
        if [[ $path == '' ]]; then helping=1; fi
        ;;
      run | history | status | doctor | daemon | fifo | queue)
        if [[ $path == '' || $path == @(fifo|daemon|queue) ]]; then
          path=${path:+$path }$word
        else
          operands+=("$word")
        fi
        ;;
      *)
        if [[ $path == @(fifo|daemon|queue) ]]; then
          path+=" $word"
        else
          operands+=("$word")
        fi
        ;;
    esac
  done
}

_syncq_options() {
  local timeouts='--wait-timeout --accept-timeout --done-timeout'
  local common='-o --output -e --endpoint --socket --no-spawn -h --help'
  case $path in
    '') echo "--version $common" ;;
    run | 'fifo run')
      echo "-u --uuid -n --nowait -w --wait -E --conflict-exit-code --slots" \
        "--timeout --kill-after --label --nested -q --quiet -- $common"
      ;;
    'fifo new')
      echo "--name --slots $timeouts --unused-destroy-timeout" \
        "--allow-overrides $common"
      ;;
    'fifo ticket') echo "-u --uuid $timeouts $common" ;;
    'fifo wait') echo "-u --uuid -t --ticket --timeout $common" ;;
    'fifo done') echo "-u --uuid -t --ticket --status --force $common" ;;
    'fifo kill')
      echo "-u --uuid -t --ticket -s --signal -k --kill-after $common"
      ;;
    'fifo cancel') echo "-u --uuid -t --ticket --all $common" ;;
    'fifo touch' | 'fifo front') echo "-u --uuid -t --ticket $common" ;;
    'fifo set')
      echo "-u --uuid --slots $timeouts --unused-destroy-timeout $common"
      ;;
    'fifo pause' | 'fifo resume') echo "-u --uuid $common" ;;
    'fifo ls' | 'queue ls') echo "--wide $common" ;;
    'fifo show') echo "-u --uuid --wide $common" ;;
    'fifo rm') echo "-u --uuid -y --yes -q --quiet $common" ;;
    'queue rm' | 'queue purge') echo "-y --yes -q --quiet $common" ;;
    'queue show') echo "--state -n --limit --from $common" ;;
    'queue set')
      echo "--capacity --no-capacity --overflow --max-attempts" \
        "--dead-letter --no-dead-letter $common"
      ;;
    'queue redrive') echo "--to -n --limit -q --quiet $common" ;;
    'queue new')
      echo "--ephemeral --capacity --overflow --max-attempts --dead-letter" \
        "$common"
      ;;
    'queue push')
      echo "--lines -0 --null --delay --ttl --key --type --allow-empty" \
        "-q --quiet $common"
      ;;
    'queue pop')
      echo "-w --wait --newest --lease --lease-file -q --quiet $common"
      ;;
    'queue peek' | 'queue consume') echo "-q --quiet $common" ;;
    'queue nack') echo "--delay --dead --reason $common" ;;
    'queue extend') echo "--by $common" ;;
    'queue each')
      echo "-j --jobs --lease --max-attempts --until-empty --on-failure" \
        "-q --quiet -- $common"
      ;;
    'daemon run' | 'daemon start' | 'daemon restart')
      echo "--idle-exit --durability --log-level --max-message --max-in-flight" \
        "--tcp --tcp-no-token --allow-host --tcp-timeout $common"
      ;;
    history) echo "-u --uuid -n --lines --failed --wide $common" ;;
    doctor) echo '--repair -o --output -e --endpoint --socket --help' ;;
    'daemon dial') echo '--greet --no-spawn --socket --help' ;;
    'daemon token') echo '--rotate --help' ;;
    'daemon logs') echo "-f --follow -n --lines --since --level $common" ;;
    *) echo "$common" ;;
  esac
}

_syncq_offer_operand() {
  if ((helping)) && [[ $path != @(|fifo|queue|daemon) ]]; then return; fi
  case $path in
    '') _syncq_offer 'run fifo queue history status doctor daemon help version' ;;
    queue)
      _syncq_offer "new ls show set rm purge delete pause resume redrive push \
        pop peek consume ack nack extend each"
      ;;
    'queue rm') _syncq_offer_queues ;;
    'queue new' | 'queue ls') ;;
    queue*)
      if ((!${#operands[@]})); then
        _syncq_offer_queues
      elif [[ $path == 'queue each' ]]; then
        _syncq_offer --
      fi
      ;;
    fifo) _syncq_offer "run new ticket wait done touch set front cancel kill pause resume ls \
        show rm" ;;
    daemon) _syncq_offer "run start stop restart status config logs \
        dial token" ;;
    history | 'fifo ticket' | 'fifo set' | 'fifo pause' | 'fifo resume' | 'fifo show')
      if ((!${#operands[@]})); then _syncq_offer_fifos; fi
      ;;
    run | 'fifo run')
      if ((!${#operands[@]})); then _syncq_offer_fifos; else _syncq_offer --; fi
      ;;
    'fifo rm') _syncq_offer_fifos ;;
    'fifo wait' | 'fifo done' | 'fifo touch' | 'fifo front' | 'fifo cancel' | \
      'fifo kill')
      case ${#operands[@]} in
        0) _syncq_offer_fifos ;;
        1) _syncq_offer "$(_syncq_values ticket fifo show "${operands[0]}")" ;;
      esac
      ;;
  esac
}

# Offers values of the option before the word; false if that takes none.
_syncq_offer_value() {
  case ${words[cword - 1]} in
    -o | --output) _syncq_offer 'raw json' ;;
    --durability) _syncq_offer 'full normal' ;;
    --log-level | --level) _syncq_offer 'debug info warn error' ;;
    --overflow) _syncq_offer 'evict reject' ;;
    --state) _syncq_offer 'ready delayed leased dead' ;;
    --dead-letter | --to) _syncq_offer_queues ;;
    --socket | --lease-file) mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
    --on-failure) _syncq_offer "continue stop" ;;
    --nested) _syncq_offer "refuse within wait" ;;
    -s | --signal) _syncq_offer "HUP INT QUIT KILL TERM STOP CONT USR1 USR2" ;;
    -u | --uuid) _syncq_offer_fifos ;;
    -t | --ticket)
      _syncq_offer "$(_syncq_values ticket fifo show "${operands[0]-}")"
      ;;
    --wait | --lines) [[ $path != queue* ]] ;;
    --capacity | --max-attempts | --delay | --ttl | --key | --type | \
      --lease | --by | --from | --limit | --since | -j | --jobs) ;;
    -e | --endpoint | -w | -E | --conflict-exit-code | --slots | \
      --timeout | -k | --kill-after | --label | --name | --*-timeout | --status | \
      --idle-exit | --max-message | --max-in-flight | --tcp | --allow-host) ;;
    *) return 1 ;;
  esac
}

_syncq() {
  local cur cword words path='' operands=() dashes=0 helping=0
  words=("${COMP_WORDS[@]}")
  cword=$COMP_CWORD
  # Names may have colons, at which readline splits words.
  if declare -F _get_comp_words_by_ref >/dev/null; then
    _get_comp_words_by_ref -n := cur words cword
  else
    cur=${words[cword]}
  fi
  COMPREPLY=()
  _syncq_read_line
  if ((dashes)); then
    if declare -F _command_offset >/dev/null; then
      _command_offset $((dashes + 1))
    else
      mapfile -t COMPREPLY < <(compgen -c -- "$cur")
    fi
  elif _syncq_offer_value; then
    :
  elif [[ $cur == -* ]]; then
    _syncq_offer "$(_syncq_options)"
  else
    _syncq_offer_operand
  fi
  if declare -F __ltrim_colon_completions >/dev/null; then
    __ltrim_colon_completions "$cur"
  fi
}

complete -F _syncq syncq
