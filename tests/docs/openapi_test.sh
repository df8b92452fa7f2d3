#!/bin/bash
# The OpenAPI document hangs together, and knows every error there is:
# openapi_test.sh SYNCQ SOURCE
# shellcheck disable=SC2016  # the variables are jq's
set -euo pipefail

readonly document=$2/daemon/http/openapi.json codes=$2/common/error_code.cc
failed=0

main() {
  holds 'every reference leads somewhere' '
    . as $all | [.. | objects | .["$ref"]? // empty] | unique |
    all(.[]; (ltrimstr("#/") / "/") as $path | $all | getpath($path) != null)'
  holds 'no two operations have one name' '
    [.paths[][].operationId] | length == (unique | length)'
  holds 'every part of a path is a parameter, and the other way round' '
    . as $all | all(.paths | to_entries[]; ([.key | scan("{([a-z]+)}")[0]] |
    sort) as $parts | all(.value[]; [.parameters[]? | if has("$ref") then
    (.["$ref"] / "/" | last) as $name | $all.components.parameters[$name]
    else . end | select(.in == "path").name] | sort == $parts))'
  holds 'security is said' '.security | length > 0'
  matches Duration 0 +5s 1h45m 1.5h .5s 300ms 1us 1µs 2d 1w
  differs Duration '' 5 -1s '1h 5m' 1y . s 1h5
  matches Name a deploy A-Z_a.z:0-9
  differs Name '' 'a b' a/b ä
  matches NameOrUuid deploy '{0123abcd-4567-89ef-fedc-ba9876543210}' \
    urn:uuid:0123abcd-4567-89ef-fedc-ba9876543210
  differs NameOrUuid '' '{a}' a/b
  matches SlotNames cuda0,cuda1 a 4,5 A.b_c:d-e,f
  differs SlotNames '' 8 2x , a, ,a a,,b 'a b' a/b,c
  errors_are_listed
  exit "$failed"
}

holds() { jq -e "$2" "$document" >/dev/null || fail "not so: $1"; }

matches() { all_fit true "$@" || fail "$1 refuses one of: ${*:2}"; }
differs() { all_fit false "$@" || fail "$1 takes one of: ${*:2}"; }

all_fit() {
  jq -e --argjson fits "$1" --arg schema "$2" \
    '.components.schemas[$schema].pattern as $pattern |
    all($ARGS.positional[]; test($pattern) == $fits)' \
    "$document" --args "${@:3}" >/dev/null
}

errors_are_listed() {
  local code count=0 listed
  listed=$(jq -r '.components.schemas.ErrorCode.enum[]' "$document")
  while read -r code; do
    count=$((count + 1))
    grep -qxF "$code" <<<"$listed" || fail "ErrorCode lacks $code"
  done < <(sed -n 's/.*return {"\([a-z_]*\)", [0-9]*};/\1/p' "$codes")
  ((count > 30)) || fail "there are only $count errors in $codes"
}

fail() {
  echo "$*" >&2
  failed=1
}

main
