#!/bin/bash
# ./dev says at once what it can't do: dev_test.sh SYNCQ SOURCE
set -euo pipefail
# shellcheck source=tests/docs/skip.sh
. "${BASH_SOURCE[0]%/*}/skip.sh"

readonly source=$2

# refuses ARG...: exits with 2 and names the last word, building nothing.
refuses() {
  local said code=0
  said=$("$source/dev" "$@" 2>&1 </dev/null) || code=$?
  if [[ $code != 2 || $said != *"'${*: -1}'"* ]]; then
    echo "./dev $* exits with $code and says: $said" >&2
    exit 1
  fi
}

refuses nosuch
refuses test nosuch
refuses test dev nosuch
refuses test asan lint

# Nothing has changed where CI is, and that is good.
if command -v clang-format >/dev/null; then
  "$source/dev" lint-changed
else
  skip "clang-format is not installed"
fi
exit "$skipped"
