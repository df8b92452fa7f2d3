#!/bin/bash
# Installs, upgrades and removes the .deb in a bare Debian that is booted for
# it, with systemd: clean_root_test.sh RELEASE NEWER_SYNCQ
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tests/package/check.sh
. "$here/check.sh"
# shellcheck source=tests/docs/skip.sh
. "$here/../docs/skip.sh"

release=$1 newer=$2
work=$(mktemp -d)
root=$work/root
group=$work/cgroup/syncq-test-$$  # a control group of its own for that system
readonly here release newer work root group

main() {
  if ((EUID != 0)); then
    skip "only root can make a system of its own"
    exit "$skipped"
  fi
  trap clean_up EXIT
  make_root
  boot
  nsenter --target "$init" --all bash /package/inside.sh
}

# Half a minute, of which the next run is spared.
make_root() {
  local bare=$release/../bare-debian.tar
  if [[ ! -f $bare ]]; then
    mmdebstrap --quiet --variant=minbase \
      --include=systemd-sysv,libpam-systemd,dbus-user-session,procps \
      bookworm "$work/bare.tar"
    mv "$work/bare.tar" "$bare"
  fi
  mkdir "$root"
  tar -C "$root" --exclude='./dev/*' -xf "$bare"
  mkdir "$root/package"
  cp -r "$release" "$root/package/download"
  cp "$here/inside.sh" "$here/check.sh" "$here/../../README.md" "$root/package"
  # The same package with a later program.
  dpkg-deb -R "$release"/syncq_*.deb "$work/deb"
  cp "$newer" "$work/deb/usr/bin/syncq"
  sed -i 's/^Version: .*/Version: 99.0.0-1/' "$work/deb/DEBIAN/control"
  dpkg-deb --root-owner-group -b "$work/deb" "$root/package/new.deb" >/dev/null
}

boot() {
  mkdir "$work/cgroup"
  mount -t cgroup2 cgroup2 "$work/cgroup"
  mkdir "$group"
  (
    echo "$BASHPID" >"$group/cgroup.procs"
    exec unshare --pid --mount --cgroup --ipc --uts --fork \
      "$here/boot" "$root" </dev/null >"$work/boot.log" 2>&1
  ) &
  eventually pgrep -P $!
  init=$(pgrep -P $!)
  if ! eventually_up; then
    cat "$work/boot.log" >&2
    fail "systemd does not come up"
  fi
}

eventually_up() {
  local i
  for ((i = 0; i < 300; ++i)); do
    if nsenter --target "$init" --all systemctl is-system-running 2>/dev/null |
      grep -qxE 'running|degraded'; then return; fi
    kill -0 "$init" || return 1
    sleep 0.1
  done
  return 1
}

clean_up() {
  if [[ -n ${init-} ]] && kill -KILL "$init"; then wait; fi
  if mountpoint -q "$work/cgroup"; then
    find "$group" -depth -type d -exec rmdir {} + || true
    umount "$work/cgroup"
  fi
  rm -rf --one-file-system "$work"
}

main
