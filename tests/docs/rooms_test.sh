#!/bin/bash
# Each file includes only what the table of rooms in ARCHITECTURE.md lets its
# room include, each room is in the table, and no file is over 400 lines.
# rooms_test.sh SYNCQ SOURCE
set -euo pipefail
cd "$2"

# Lines "ROOM OTHER", one for each that ROOM may include, itself among them.
allowed() {
  sed -nE 's/^\| `([a-z\/]+)` \| [^|]+ \| ([^|]*) \|$/\1 \1 \2/p' \
    ARCHITECTURE.md | tr -d '`,' |
    awk '{ for (i = 2; i <= NF; ++i) print $1, $i }' | sort -u
}

# Lines "ROOM OTHER FILE" for each include.
includes() {
  grep -rHo '^#include "[^"]*/' common cli daemon |
    sed -E 's,^(([^:]*)/[^/:]*):#include "(.*)/$,\2 \3 \1,' | sort -u
}

long_files() {
  find common cli daemon tests -name '*.cc' -o -name '*.h' -o -name '*.sh' |
    xargs wc -l | awk '$2 != "total" && $1 > 400 { print $2 ": " $1 " lines" }'
}

faults=$(
  awk 'NR == FNR { may[$1, $2]; room[$1]; next }
       !($1 in room) { print $3 ": room " $1 " is not in the table"; next }
       !(($1, $2) in may) { print $3 ": " $1 " must not include " $2 }' \
    <(allowed) <(includes)
  long_files
)
if [[ -n $faults ]]; then
  echo "$faults"
  exit 1
fi
(($(includes | wc -l) > 300))
