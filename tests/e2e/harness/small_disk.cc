#include "tests/e2e/harness/small_disk.h"

#include <catch2/catch.hpp>

#include "tests/skip.h"

namespace syncq::e2e {

std::string own_mounts(Sandbox& box) {
  if (is_root() && box.sh("unshare -m true").code() == 0) return "unshare -m";
  if (box.sh("unshare -Urm true").code() == 0) return "unshare -Urm";
  skip(
      "this user may make no mount namespace (root, or "
      "kernel.unprivileged_userns_clone=1, is needed)");
  return "";
}

void on_small_disk(const std::string& script) {
  Sandbox box;
  std::string unshare = own_mounts(box);
  if (unshare.empty()) return;
  std::string all = R"sh(
    set -u
    mkdir -m 700 state
    mount -t tmpfs -o size=1m,mode=700 none state || exit 99
    # `call PATH` sets $status and $body.
    call() {
      local answer
      answer=$(curl -sS -w '\n%{http_code}' --unix-socket s \
        "http://localhost/$1")
      status=${answer##*$'\n'} body=${answer%$'\n'*}
    }
    # Leaves no byte of room.
    fill() {
      dd if=/dev/zero of=state/filler bs=64k status=none 2>/dev/null
      dd if=/dev/zero bs=1 status=none 2>/dev/null >> state/filler || :
    }
    # Draws tickets, writes down what was acknowledged, until 507.
    until_full() {
      for i in $(seq 2000); do
        call fifo/q/ticket
        case $status in
          200) echo "$body" | jq -r .ticket >> acknowledged ;;
          507) return 0 ;;
          *) echo "unexpected $status $body"; return 1 ;;
        esac
      done
      echo "the disk is never full"; return 1
    }
    kept() { syncq fifo show q -o json | jq -r '.tickets[].ticket'; }
    end() { echo "$1"; syncq daemon stop; exit 1; }
    syncq fifo new --name q > /dev/null
  )sh" + script + R"sh(
    syncq daemon stop
    echo fine
  )sh";
  Outcome outcome =
      box.sh("exec " + unshare + " bash -c " + shell_word(all), seconds(120));
  INFO(outcome.err);
  CHECK(outcome.out == "fine\n");
  CHECK(outcome.code() == 0);
}

}  // namespace syncq::e2e
