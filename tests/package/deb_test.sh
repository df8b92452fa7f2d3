#!/bin/bash
# The .deb of a release, as it is: deb_test.sh RELEASE
set -euo pipefail
# shellcheck source=tests/package/check.sh
. "${BASH_SOURCE[0]%/*}/check.sh"

deb=$(echo "$1"/syncq_*.deb)
work=$(mktemp -d)
readonly deb work
trap 'rm -rf "$work"' EXIT

# The reason for the one thing that is overridden is beside the override.
lintian --allow-root --fail-on error,warning --tag-display-limit 0 "$deb"

same "Depends" "" "$(dpkg-deb -f "$deb" Depends)"
dpkg-deb -x "$deb" "$work"
doc=$work/usr/share/doc/syncq
same "the version of the changelog" "syncq ($(dpkg-deb -f "$deb" Version))" \
  "$(zcat "$doc/changelog.gz" | grep -oE '^syncq \([^)]*\)')"
while read -r link; do
  [[ -e $doc/$link ]] || fail "the README links to $link, which is not in it"
done < <(grep -oE '\]\([^):#]+\)' "$doc/README.md" | tr -d ']()')
