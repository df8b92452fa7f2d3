#!/bin/bash
# Each file includes only what the table of rooms in ARCHITECTURE.md lets its
# room include, the table has each room and no other, a library that one room
# is to know is included there alone, and no file is over 400 lines.
# rooms_test.sh SYNCQ SOURCE
set -euo pipefail
cd "$2"

# Lines "ROOM OTHER", one for each that ROOM may include, itself among them.
allowed() {
  # shellcheck disable=SC2016  # the backquotes are the table's
  sed -nE 's/^\| `((common|cli|daemon)[a-z\/]*)` \| [^|]+ \| ([^|]*) \|$/\1 \1 \3/p' \
    ARCHITECTURE.md | tr -d '`,' |
    awk 'NF > 2 { for (i = 2; i <= NF; ++i) print $1, $i }' | sort -u
}

rooms() { find common cli daemon -type d | sort; }

# Lines "ROOM HEADER FILE" for each include, of whatever form.
includes() {
  grep -rHE '^[[:space:]]*#[[:space:]]*include' common cli daemon |
    sed -E 's,^(([^:]*)/[^/:]*):[^"<]*(["<][^">]*).*$,\2 \3 \1,' | sort -u
}

faults=$(
  diff <(allowed | cut -d ' ' -f 1 | sort -u) <(rooms) |
    sed -n 's/^< \(.*\)/\1 is in the table alone/p
            s/^> \(.*\)/\1 is not in the table/p'
  includes | awk '
    BEGIN {
      only["sqlite3.h"] = "daemon/store"
      only["CLI"] = "cli/options"
      only["boost/beast"] = "common"
      only["uv.h"] = "daemon"
      only["curses.h"] = "cli/top"
      only["term.h"] = "cli/top"
    }
    NR == FNR { may[$1, $2]; next }
    { header = substr($2, 2) }
    header ~ /^(common|cli|daemon|tests)\// {
      room = header
      sub("/[^/]*$", "", room)
      if (!(($1, room) in may)) print $3 ": " $1 " must not include " room
      next
    }
    $2 ~ /^"/ { print $3 ": \"" header "\" needs its whole path" }
    {
      for (library in only)
        if (index(header, library) == 1 && index($1, only[library]) != 1)
          print $3 ": " library " is for " only[library]
    }' <(allowed) -
  find common cli daemon tests \( -name '*.cc' -o -name '*.h' -o -name '*.sh' \) \
    -exec wc -l {} + | awk '$2 != "total" && $1 > 400 { print $2 ": " $1 " lines" }'
)
if [[ -n $faults ]]; then
  echo "$faults"
  exit 1
fi
(($(includes | wc -l) > 600))
