#!/bin/bash
# Makes what a release consists of: make_release.sh BUILD DIRECTORY
# With the same SOURCE_DATE_EPOCH, compiler and libraries: the same bytes.
set -euo pipefail

readonly build=$1 out=$2
source=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
version=$("$build/cli/syncq" --version | sed 's/.* //')
name=syncq-$version-linux-$(uname -m)
readonly source version name

umask 022  # goes into the .deb
rm -rf "$out"
mkdir -p "$out/work"

make_tar() {
  local stage=$out/work/$name
  cmake --install "$build" --prefix "$PWD/$stage" --strip >/dev/null
  cp "$source/packaging/install.sh" "$source/LICENSE" "$stage"
  tar --create --directory "$out/work" --sort=name --format=gnu \
    --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner \
    --mode=u=rwX,go=rX "$name" | gzip -9n >"$out/$name.tar.gz"
}

make_deb() {
  cpack --config "$build/CPackConfig.cmake" -B "$out/work" >/dev/null
  mv "$out/work"/*.deb "$out"
}

make_tar
make_deb
rm -rf "$out/work"
cd "$out"
sha256sum -- * >SHA256SUMS
