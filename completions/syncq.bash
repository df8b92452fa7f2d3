# bash completion for syncq(1): asks syncq, which knows its own options, and the
# names of a daemon that runs. None is ever started to complete a word.

_syncq() {
  local program=$1 reply dashes=1
  type -P "$program" >/dev/null || program=syncq
  mapfile -t reply < <("$program" __complete bash "$COMP_TYPE" \
    "${COLUMNS:-80}" "$2" "${COMP_LINE:0:COMP_POINT}" 2>/dev/null)
  COMPREPLY=()
  case ${reply[0]-} in
    words) COMPREPLY=("${reply[@]:1}") ;;
    files)
      compopt -o filenames
      mapfile -t COMPREPLY < <(compgen -f -- "$2")
      ;;
    command)
      # Quoted, as '--', it is not found; nor is a command, then.
      while ((dashes < COMP_CWORD)) && [[ ${COMP_WORDS[dashes]} != -- ]]; do
        ((++dashes))
      done
      ((dashes < COMP_CWORD)) || return 0
      if declare -F _command_offset >/dev/null; then
        _command_offset $((dashes + 1))
      elif ((COMP_CWORD == dashes + 1)); then
        mapfile -t COMPREPLY < <(compgen -c -- "$2")
      else
        compopt -o default
      fi
      ;;
  esac
}

complete -o nosort -F _syncq syncq 2>/dev/null || complete -F _syncq syncq
