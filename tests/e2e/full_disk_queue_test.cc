// Queues, the log and the daemon itself on a full disk: each verb is done or
// refused with the reason, and with room the same daemon goes on.

#include <catch2/catch.hpp>

#include "tests/e2e/harness/small_disk.h"

using namespace syncq::e2e;

TEST_CASE("on a full disk each verb is done or says to make room", "[slow]") {
  on_small_disk(R"sh(
    try() {
      "$@" > out 2> message
      case $? in
        0) done=yes ;;
        1 | 69) grep -q 'make room' message || end "$*: $(cat message)"
           done=no ;;
        *) end "$*: $? $(cat message)" ;;
      esac
    }
    left() { syncq queue show "$1" -o json | jq .queue.size; }
    seq 20 | syncq queue push --lines jobs
    syncq queue push gone m
    syncq queue pop jobs --lease 1h --lease-file lease > /dev/null
    held=$(syncq fifo ticket q)
    syncq fifo wait q "$held" > /dev/null
    daemon=$(cat state/daemon.lock)
    fill
    until_full || end "no 507"
    syncq queue push jobs more 2> message && end "it was pushed"
    grep -q 'make room' message || end "$(cat message)"
    before=$(left jobs)
    try syncq queue pop jobs
    popped=$done
    test "$(left jobs)" = $((before - $(test $popped = no; echo $?))) ||
      end "popped: $popped, $(left jobs) left of $before"
    try syncq queue ack jobs "$(cat lease)"
    try syncq queue purge -y gone
    try syncq queue rm -y gone
    try syncq fifo done q "$held"
    try syncq queue peek jobs
    test $done = yes || end "to read needs room: $(cat message)"
    rm state/filler
    syncq queue push jobs more || end "no push"
    syncq queue pop jobs > /dev/null || end "no pop"
    # What was done before may be asked for again but an ack.
    syncq fifo done q "$held" || end "no done"
    syncq queue rm -y gone || end "no rm"
    test "$(cat state/daemon.lock)" = "$daemon" || end "another daemon"
  )sh");
}

TEST_CASE("a daemon on a full disk does not spin, and its log goes on",
          "[slow]") {
  on_small_disk(R"sh(
    syncq queue push jobs --delay 1s due
    syncq queue pop idle --wait 60s > got & waiter=$!
    until [ "$(syncq status -o json | jq .parked_callers)" = 1 ]; do
      sleep 0.05
    done
    fill
    until_full || end "no 507"
    daemon=$(cat state/daemon.lock)
    used() { awk '{ print $14 + $15 }' /proc/$daemon/stat; }
    before=$(used)
    # What is due can't be written.
    sleep 3
    spent=$(($(used) - before))
    test $spent -lt $(($(getconf CLK_TCK) / 2)) || end "it spins: $spent"
    test "$(cat state/daemon.lock)" = "$daemon" || end "another daemon"
    rm state/filler
    test "$(syncq queue pop jobs --wait 20s)" = due || end "it never came"
    syncq queue push idle there || end "no push"
    wait $waiter || end "the waiter: $?"
    test "$(cat got)" = there || end "the waiter got $(cat got)"
    syncq daemon stop
    tail -n 1 state/daemon.log | grep -q stopped || end "the log ends early"
    syncq daemon start
  )sh");
}

TEST_CASE("push --lines onto a disk that fills up stores a beginning, once",
          "[slow]") {
  on_small_disk(R"sh(
    seq 100000 | syncq queue push --lines big 2> message
    test $? = 1 || end "not 1"
    grep -q 'make room' message || end "$(cat message)"
    stored=$(syncq queue show big -o json | jq .queue.size)
    test $stored -gt 0 || end "nothing"
    mount -o remount,size=32m state
    seq $((stored + 1)) 100000 | syncq queue push --lines big || end "no more"
    test "$(syncq queue show big -o json | jq .queue.size)" = 100000 ||
      end "not each line once"
    for index in 0 $((stored - 1)) $stored 99999; do
      test "$(syncq queue peek big $index)" = $((index + 1)) ||
        end "not in order at $index"
    done
  )sh");
}

TEST_CASE("who waits in line while the disk is full is told, or served later") {
  on_small_disk(R"sh(
    syncq run line -- sh -c 'touch runs; while [ ! -e go ]; do sleep 0.01
      done' & holder=$!
    while [ ! -e runs ]; do sleep 0.01; done
    syncq run -q line -- touch ran 2> message & waiter=$!
    until [ "$(syncq fifo show line -o json | jq .fifo.waiting)" = 1 ]; do
      sleep 0.05
    done
    fill
    until_full || end "no 507"
    touch go
    wait $holder || end "the holder: $?"
    sleep 0.5
    rm state/filler
    wait $waiter
    case $? in
      0) test -e ran || end "it did not run" ;;
      125) grep -q 'make room' message || end "$(cat message)"
           test ! -e ran || end "it ran" ;;
      *) end "the waiter: $? $(cat message)" ;;
    esac
    test "$(syncq run -w 20s line -- echo next)" = next || end "it is stuck"
  )sh");
}

TEST_CASE(
    "on a read-only file system the way out is told, nothing is changed") {
  Sandbox box;
  std::string unshare = own_mounts(box);
  if (unshare.empty()) return;
  box.ok("syncq queue push jobs m; syncq daemon stop");
  std::string before = box.ok("sha256sum state/syncq.db");
  Outcome outcome = box.sh("exec " + unshare + " sh -c " + shell_word(R"sh(
    mount --bind state state && mount -o remount,ro,bind state || exit 99
    syncq run q -- touch ran; echo $?
    syncq queue push jobs m2; echo $?
    syncq daemon start; echo $?
  )sh"));
  INFO(outcome.err);
  CHECK(outcome.out == "125\n1\n1\n");
  CHECK(count_of(outcome.err, "ead-only file system") == 3);
  CHECK(count_of(outcome.err, "SYNCQ_STATE_DIR") == 3);
  CHECK(box.daemons_become(0));
  CHECK_FALSE(exists(box.path("ran")));
  CHECK(box.ok("sha256sum state/syncq.db") == before);
  CHECK(box.ok("syncq queue pop jobs") == "m");
}
