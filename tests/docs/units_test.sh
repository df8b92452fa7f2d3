#!/bin/bash
# The systemd unit has the socket where commands look for it:
# units_test.sh SYNCQ SOURCE
set -euo pipefail

readonly syncq=$1 unit=$2/packaging/systemd/syncq.socket
run=$(mktemp -d)
readonly run home=/home/ann
trap 'rm -rf "$run"' EXIT

made=$(sed -n "s|%t|$run|; s|%h|$home|; s|^ListenStream=||p" "$unit")
# What it can't reach it names.
said=$(env -i HOME="$home" XDG_RUNTIME_DIR="$run" "$syncq" --no-spawn status \
  2>&1) || true
if [[ -z $made || $said != *" $made:"* ]]; then
  echo "$unit listens at $made, but: $said" >&2
  exit 1
fi
