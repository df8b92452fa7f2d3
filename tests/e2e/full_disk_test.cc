// A full disk: acknowledged data stays, data that can't be stored is refused,
// and once there is room the daemon goes on.

#include <catch2/catch.hpp>

#include "tests/e2e/harness/small_disk.h"

using namespace syncq::e2e;

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

TEST_CASE("a lease goes on after a restart whose first writes find no room") {
  on_small_disk(R"sh(
    syncq queue push jobs message
    call 'queues/jobs/head?lease=2s'
    test $status = 200 || end "lease: $status $body"
    fill
    kill -9 $(cat state/daemon.lock)
    syncq daemon start || end "no start"
    call fifo/q/ticket
    test $status = 507 || end "there was room: $status $body"
    rm state/filler
    sleep 3
    call queues/jobs/head
    test $status = 400 || end "the lease is over: $status $body"
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
