#!/bin/bash
# A seed does the same each time, to the byte, and another seed does not.
# repeats_test.sh SYNCQ_SIM
set -euo pipefail

trace() { "$1" --seed "$2" | sha256sum; }

for seed in 3 17; do
  [[ $(trace "$1" "$seed") == "$(trace "$1" "$seed")" ]] || {
    echo "seed $seed differs from itself"
    exit 1
  }
done
[[ $(trace "$1" 3) != "$(trace "$1" 17)" ]]
