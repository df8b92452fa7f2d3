// The worker: a command for each message.

#include <signal.h>

#include <catch2/catch.hpp>

#include "tests/e2e/harness/daemon_killer.h"
#include "tests/e2e/harness/process_table.h"
#include "tests/e2e/harness/pty.h"
#include "tests/e2e/harness/sandbox.h"
#include "tests/e2e/harness/tested_build.h"

using namespace syncq::e2e;
using Catch::Contains;

TEST_CASE("each gives the message on stdin, as {}, and what it is") {
  Sandbox box;
  CHECK(box.ok(R"(
    printf 'a b\n' | syncq queue push q
    syncq queue each q --until-empty -- sh -c \
      'cat; echo "$1|$SYNCQ_QUEUE|$SYNCQ_ATTEMPT|${SYNCQ_MESSAGE_ID:+id}"' sh '<{}>' \
      < /etc/passwd)") == "a b\n<a b>|q|1|id");
}

TEST_CASE("a command that reads nothing, or is not there, harms nothing") {
  Sandbox box;
  box.ok(R"(head -c 5M /dev/zero | syncq queue push q
            syncq queue each q --until-empty -- true)");
  Outcome none = box.sh(R"(
    syncq queue push q x; syncq queue each q -- /nothere)");
  CHECK(none.code() == 127);
  CHECK(box.sh("syncq queue each q -- /etc/passwd").code() == 126);
  CHECK(box.ok("syncq queue pop q") == "x");
}

TEST_CASE("a message that fails is tried again, while others go on") {
  Sandbox box;
  Outcome end = box.sh(R"(
    seq 3 | syncq queue push --lines q
    syncq queue each q --until-empty -- sh -c '
      echo {}; test {} != 2 || test $SYNCQ_ATTEMPT = 2')");
  CHECK(end.code() == 0);
  CHECK(end.out == "1\n2\n3\n2\n");
  CHECK_THAT(end.err, Contains("exited with 1 (attempt 1); again in 1s"));
}

TEST_CASE("after its attempts a message is in the dead letter queue") {
  Sandbox box;
  Outcome ours = box.sh(R"(
    syncq queue push q a
    syncq queue each q --until-empty --max-attempts 1 -- false)");
  CHECK(ours.code() == 1);
  CHECK(box.ok("syncq queue pop q.dead") == "a");
  Outcome queues = box.sh(R"(
    syncq queue new p --max-attempts 1 --dead-letter grave
    syncq queue push p b
    syncq queue each p --until-empty -- false)");
  CHECK(queues.code() == 1);
  CHECK_THAT(queues.err, Contains("-0 (b): CMD exited with 1; given up after 1 "
                                  "attempt: it is in queue grave now") &&
                             Contains("queue p: 0 done, 1 failed, in "));
  CHECK(box.ok("syncq queue pop grave") == "b");
}

TEST_CASE(
    "with --on-failure stop the first failure ends it, and loses nothing") {
  Sandbox box;
  Outcome end = box.sh(R"(
    seq 5 | syncq queue push --lines q
    syncq queue each q --until-empty --on-failure stop -- sh -c '
      echo {}; test {} != 3')");
  CHECK(end.code() == 1);
  CHECK(end.out == "1\n2\n3\n");
  CHECK_THAT(end.err,
             Contains("(3): CMD exited with 1; it can be taken again") &&
                 Contains("2 done, 1 failed") &&
                 Contains("3 messages are left: 3 ready"));
  CHECK(box.ok("syncq queue each q --until-empty -- cat") == "345");
}

TEST_CASE("each that went well says so on a terminal, and nothing elsewhere") {
  Sandbox box;
  Outcome end = box.sh(R"(
    seq 2 | syncq queue push --lines q
    syncq queue each q --until-empty -- true)");
  CHECK(end.code() == 0);
  CHECK(end.err.empty());
  Terminal terminal(box);
  terminal.enter(
      "syncq queue push q x; syncq queue each q --until-empty -- true");
  terminal.sees("queue q: 1 done, 0 failed, in ");
  terminal.enter(
      "syncq queue push q x; syncq queue each q -q --until-empty -- "
      "true; echo code $?.");
  terminal.sees("code 0.");
}

TEST_CASE("interrupted on a terminal, each says what is left") {
  Sandbox box;
  Terminal terminal(box);
  terminal.enter(
      "seq 2 | syncq queue push -q --lines q; syncq queue each q -- "
      "sh -c 'test {} = 2 && echo ok''ay'");
  terminal.sees("again in ");
  terminal.sees("okay");
  terminal.type("\x03");
  terminal.sees("queue q: 1 done, 0 failed, 1 left, in ");
}

TEST_CASE("each shows on a terminal how it goes", "[slow]") {
  Sandbox box;
  box.env()["pause"] = std::to_string(12.0 / box.hurry());
  Terminal terminal(box);
  terminal.enter(
      "seq 3 | syncq queue push -q --lines q; syncq queue each q "
      "--until-empty --max-attempts 1 -- sh -c 'test {} = 1 && exit 1; "
      "test {} = 3 || sleep $pause'");
  terminal.sees("queue q: 0 done, 1 failed, 2 left, ");
  terminal.sees("/s, about ");
  terminal.sees("queue q: 2 done, 1 failed, in ");
}

TEST_CASE("four at once handle each message once") {
  Sandbox box;
  CHECK(box.ok(R"(
    seq 200 | syncq queue push --lines q
    syncq queue each q -j4 --until-empty -- sh -c 'echo {}' | sort -n > out
    seq 200 | cmp - out && echo same)") == "same");
}

TEST_CASE("interrupted, each lets finish what runs and takes no more") {
  Sandbox box;
  Process each = box.start(R"(
    seq 5 | syncq queue push --lines q
    exec syncq queue each q -j2 -- sh -c '
      touch began.{}; while ! test -e go; do sleep 0.01; done; echo done')");
  REQUIRE(eventually([&] {
    return exists(box.path("began.1")) && exists(box.path("began.2"));
  }));
  each.signal(SIGTERM);
  REQUIRE(eventually([&] { return !each.err().empty(); }));
  CHECK_THAT(each.err(), Contains("2 still running"));
  write_file(box.path("go"), "");
  Outcome end = each.wait();
  CHECK(end.signal() == SIGTERM);
  CHECK(end.out == "done\ndone\n");
  CHECK(box.ok("syncq queue show q -o json | jq -c '[.queue.size, "
               ".queue.leased, .queue.delayed]'") == "[3,0,0]");
}

TEST_CASE("interrupted twice, each gives back at once") {
  Sandbox box;
  Process each = box.start(R"(
    syncq queue push q a
    exec syncq queue each q -- sh -c 'echo $$ > pid; sleep 1000')");
  REQUIRE(eventually([&] { return !read_file(box.path("pid")).empty(); }));
  each.signal(SIGINT);
  each.signal(SIGTERM);
  CHECK(each.wait().signal() != 0);
  CHECK(box.ok("syncq queue pop q; kill -0 $(cat pid) 2>/dev/null || "
               "echo ' ended'") == "a ended");
}

TEST_CASE("a killed worker's message returns when its lease ends", "[slow]") {
  Sandbox box;
  Process each = box.start(R"(
    syncq queue push q a
    exec syncq queue each q --lease 1s -- sh -c 'touch began; sleep 3')");
  REQUIRE(eventually([&] { return exists(box.path("began")); }));
  each.signal(SIGKILL);
  each.wait();
  CHECK(box.ok("syncq queue pop q --wait=30s") == "a");
}

TEST_CASE("a lease is renewed while the command runs", "[slow]") {
  Sandbox box;
  CHECK(box.ok(R"(
    syncq queue push q a
    syncq queue each q --lease 2s --until-empty -- sh -c '
      echo run; ! syncq queue pop -q q --wait=5s')") == "run");
}

TEST_CASE("each waits on through a killed daemon") {
  Sandbox box;
  box.ok("syncq queue new q");
  Process each = box.start("exec syncq queue each q -- sh -c 'echo {}'");
  REQUIRE(
      eventually([&] { return box.get("/status")["parked_callers"] == 1; }));
  kill(box.daemon_pid(), SIGKILL);
  box.ok("syncq queue push q after");
  REQUIRE(eventually([&] { return each.out() == "after\n"; }));
  each.signal(SIGTERM);
  each.wait();
}

TEST_CASE("until empty, each handles all though daemons are killed", "[slow]") {
  Sandbox box;
  box.ok("seq 150 | syncq queue push --lines q");
  Process each = box.start(R"(
    exec syncq queue each q -j4 --until-empty -- sh -c '
      echo {} >> log; test {} != 5 || test $SYNCQ_ATTEMPT = 3')");
  DaemonKiller killer(box, [&] { return !each.running(); });
  while (each.running() && killer.kills() < 1000) {
    killer.strike(Milliseconds(100) * slowness());
  }
  CHECK(killer.kills() > 1);
  Outcome end = each.wait();
  INFO(end.err);
  CHECK(end.code() == 0);
  CHECK(box.ok("syncq queue show q -o json | jq -c '.queue | "
               "[.size, .leased, .delayed]'") == "[0,0,0]");
  CHECK(box.ok("sort -nu log | cmp - <(seq 150) && echo all") == "all");
}

TEST_CASE("a signal ends each though the daemon hangs", "[slow]") {
  Sandbox box;
  for (const char* mode : {"", "--until-empty"}) {
    // One that is delayed, so that --until-empty has something to wait for.
    box.ok("syncq queue push q a");
    Process each = box.start(std::string("exec syncq queue each q ") + mode +
                             " -- sh -c 'echo >> log; exit 1'");
    REQUIRE(eventually([&] { return exists(box.path("log")); }));
    REQUIRE(eventually(
        [&] { return box.get("/queues/q")["queue"]["delayed"] == 1; }));
    pid_t daemon = box.daemon_pid();
    stop(daemon);
    auto began = std::chrono::steady_clock::now();
    each.signal(SIGTERM);
    CHECK(each.wait(seconds(20)).signal() == SIGTERM);
    CHECK(since(began) < seconds(9));
    kill(daemon, SIGCONT);
    box.ok("syncq queue rm q; rm log");
  }
}

TEST_CASE("a number in an option is decimal") {
  Sandbox box;
  for (const char* command :
       {"queue each q -j 0x4 -- true", "run -n -E 0x4B q -- true",
        "queue each q --max-attempts 0x1 -- true", "run --slots 0x2 q -- true",
        "queue new q --capacity 0x10", "daemon logs -n 0x3"}) {
    Outcome end = box.sh(std::string("syncq ") + command);
    INFO(command);
    CHECK(end.code() == 2);
    CHECK_THAT(end.err, Contains("in decimal digits"));
  }
}

TEST_CASE("a dead letter tells in JSON why it is dead") {
  Sandbox box;
  Outcome end = box.sh(R"(
    syncq queue push q a
    syncq queue each q --until-empty --max-attempts 1 -- sh -c 'exit 7')");
  CHECK(end.code() == 1);
  CHECK(box.ok("syncq queue peek q.dead -o json | jq -c '.attempt, "
               "[.dead.from, .dead.attempts, .dead.reason]'") ==
        "0\n[\"q\",1,\"CMD exited with 7\"]");
  // This makes no q.dead.dead.
  Outcome again =
      box.sh("syncq queue each q.dead --until-empty --max-attempts 1 -- false");
  CHECK(again.code() == 1);
  CHECK_THAT(again.err, Contains("has no dead letter queue"));
  CHECK_THAT(again.err, Contains("1 message is left"));
  CHECK(box.ok("syncq queue ls -o json | jq -r '.queues[].name'") ==
        "q\nq.dead");
}
