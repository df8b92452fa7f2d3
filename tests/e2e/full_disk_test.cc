// A full disk: acknowledged data stays, data that can't be stored is refused,
// and once there is room the daemon goes on.

#include <catch2/catch.hpp>

#include "tests/e2e/harness/sandbox.h"

using namespace syncq::e2e;

namespace {

// Gives the script its own mount namespace: the mount ends with it. Empty if
// the system allows neither root nor user namespaces.
std::string unshare_words(Sandbox& box) {
  if (is_root() && box.sh("unshare -m true").code() == 0) return "unshare -m";
  if (box.sh("unshare -Urm true").code() == 0) return "unshare -Urm";
  return "";
}

// Runs the script with a small disk as its state directory.
void on_small_disk(const std::string& script) {
  Sandbox box;
  std::string unshare = unshare_words(box);
  if (unshare.empty()) {
    WARN(
        "SKIP: this user may make no mount namespace (root, or "
        "kernel.unprivileged_userns_clone=1, is needed)");
    return;
  }
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

}  // namespace

TEST_CASE("a full disk is 507, and nothing acknowledged is lost") {
  on_small_disk(R"sh(
    fill
    until_full || end "no 507"
    echo "$body" | jq -e '.error == "store_full"' >/dev/null || end "$body"
    echo "$body" | jq -r .message | grep -q room || end "$body"
    # It still answers what needs no room.
    call status; test $status = 200 || end "status: $status"
    call fifo/q; test $status = 200 || end "show: $status"
    test "$(kept)" = "$(cat acknowledged 2>/dev/null)" || end "lost while full"
    rm state/filler
    call fifo/q/ticket
    test $status = 200 || end "it does not recover: $status $body"
    echo "$body" | jq -r .ticket >> acknowledged
    test "$(kept)" = "$(cat acknowledged)" || end "lost after"
    kill -9 $(cat state/daemon.lock)
    test "$(kept)" = "$(cat acknowledged)" || end "lost after kill -9"
  )sh");
}

TEST_CASE(
    "kill -9 on a full disk: the next daemon has all, once there is room") {
  on_small_disk(R"sh(
    fill
    until_full || end "no 507"
    kill -9 $(cat state/daemon.lock)
    rm state/filler
    test "$(kept)" = "$(cat acknowledged 2>/dev/null)" || end "lost"
  )sh");
}

TEST_CASE("run on a full disk fails with 125 and runs nothing") {
  on_small_disk(R"sh(
    fill
    until_full || end "no 507"
    syncq run other -- touch ran 2> message
    test $? = 125 || end "not 125: $(cat message)"
    test ! -e ran || end "it ran"
    grep -q room message || end "$(cat message)"
    rm state/filler
    syncq run other -- touch ran || end "it does not recover"
    test -e ran || end "it did not run"
  )sh");
}

TEST_CASE(
    "a command that runs while the disk fills up ends its turn all the same") {
  on_small_disk(R"sh(
    syncq run other -- sh -c 'touch runs; while [ ! -e go ]; do sleep 0.01
      done; exit 4' & run=$!
    while [ ! -e runs ]; do sleep 0.01; done
    fill
    until_full || end "no 507"
    touch go
    wait $run; test $? = 4 || end "its exit code"
    rm state/filler
    test "$(syncq run -w 20s other -- echo next)" = next || end "turn is stuck"
  )sh");
}

TEST_CASE("each --until-empty on a full disk fails and tells what is left",
          "[slow]") {
  on_small_disk(R"sh(
    seq 20 | syncq queue push --lines jobs
    fill
    until_full || end "no 507"
    syncq queue each jobs --until-empty -- touch ran 2> message
    test $? = 1 || end "not 1: $(cat message)"
    grep -q '20 messages are left: 20 ready' message || end "$(cat message)"
    test ! -e ran || end "it ran"
    rm state/filler
    syncq queue each jobs --until-empty -- touch ran || end "no recovery"
  )sh");
}
