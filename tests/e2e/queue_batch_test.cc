// Many messages at once: taken, acknowledged, pushed, and given to one command.

#include <catch2/catch.hpp>
#include <csignal>

#include "tests/e2e/harness/raw_client.h"
#include "tests/e2e/harness/sandbox.h"
#include "tests/e2e/harness/tested_build.h"

using Catch::Matchers::Contains;
using namespace syncq::e2e;

namespace {

// What is left: ready, leased and delayed.
std::string left(Sandbox& box) {
  return box.ok(
      "syncq queue show q -n 0 -o json | jq -c "
      "'.queue | [.size, .leased, .delayed]'");
}

}  // namespace

TEST_CASE("pop -n writes each message with its end") {
  Sandbox box;
  box.ok(
      "printf 'a\\nb' | syncq queue push q -; echo c | syncq queue push q -");
  box.ok("seq 4 | syncq queue push --lines q");
  CHECK(box.ok("syncq queue pop q -n 2 | od -An -c | tr -s ' '") ==
        " a \\n b \\n c \\n");
  CHECK(box.ok("syncq queue pop q -n 2 -0 | od -An -c | tr -s ' '") ==
        " 1 \\0 2 \\0");
  CHECK(box.ok("syncq queue pop q -n 9 --newest -o json | jq -c "
               "'[.queue, .attempt, .lease, .body]'") ==
        "[\"q\",1,null,\"4\"]\n[\"q\",1,null,\"3\"]");
  CHECK(left(box) == "[0,0,0]");
  CHECK(box.sh("syncq queue pop q -n 2").code() == 1);
}

TEST_CASE("pop -n waits for the first message only") {
  Sandbox box;
  box.ok("syncq daemon start");
  Process pop = box.start("exec syncq queue pop q -n 5 --wait");
  REQUIRE(
      eventually([&] { return box.get("/status")["parked_callers"] == 1; }));
  box.ok("syncq queue push q one");
  CHECK(pop.wait().out == "one\n");
  CHECK(box.sh("syncq queue pop q -n 5 --wait=100ms").code() == 75);
}

TEST_CASE("leased at once, messages are acknowledged, kept and given back so") {
  Sandbox box;
  box.ok("seq 6 | syncq queue push --lines q");
  box.ok("syncq queue pop q -n 6 --lease 1m --lease-file ids > out");
  CHECK(box.ok("wc -l < ids") == "6");
  CHECK(left(box) == "[0,6,0]");
  CHECK(box.ok("syncq queue extend q $(cat ids) --by 2m -o json") ==
        "{\"done\":6,\"expired\":[]}");
  CHECK(box.ok("head -3 ids | xargs syncq queue ack q") == "");
  CHECK(left(box) == "[0,3,0]");
  Outcome some = box.sh("syncq queue nack q $(tail -4 ids) -o json");
  CHECK(some.code() == 1);
  CHECK(some.out ==
        "{\"done\":3,\"expired\":[\"" + box.ok("sed -n 3p ids") + "\"]}\n");
  CHECK_THAT(some.err, Contains("giving back: lease " +
                                box.ok("sed -n 3p ids") + " is over"));
  CHECK(box.ok("syncq queue pop q -n 6") == "4\n5\n6");
}

TEST_CASE("of messages that can't all be written the rest is given back") {
  Sandbox box;
  box.ok(
      "for i in 1 2 3; do head -c 700 /dev/zero | tr '\\0' $i |"
      " syncq queue push q -; done");
  CHECK(box.sh("syncq queue pop q -n 3 > /dev/full").code() == 1);
  CHECK(left(box) == "[3,0,0]");
  // A file of at most 1024 bytes, which end in the second message.
  Outcome cut =
      box.sh("trap '' XFSZ; ulimit -f 1; syncq queue pop q -n 3 >out");
  CHECK(cut.code() == 1);
  CHECK_THAT(cut.err, Contains("it is still in the queue"));
  CHECK(left(box) == "[2,0,0]");
  CHECK(box.ok("syncq queue peek q -o json | jq -c '[.attempt, .body[:1]]'") ==
        "[0,\"2\"]");
}

TEST_CASE("PUT of many lines tells how many are stored") {
  Sandbox box;
  box.ok("syncq daemon start");
  RawClient client(box.socket());
  Call stored = client.call("PUT", "/queues/q?batch=lines", "a\n\nb");
  CHECK(stored.status == 200);
  CHECK(stored.body == "{\"stored\":3}\n");
  CHECK(box.ok("syncq queue pop q -n 9 -0 | tr '\\0' ,") == "a,,b,");
  box.ok("syncq queue new small --capacity 2 --overflow reject");
  Call refused = client.call("PUT", "/queues/small?batch=nul",
                             std::string("a\0b\0c\0", 6));
  CHECK(refused.status == 409);
  CHECK(Json::parse(refused.body)["stored"] == 2);
  Call many =
      client.call("PUT", "/queues/q?batch=lines", std::string(1001, '\n'));
  CHECK(many.status == 400);
  CHECK(client.call("PUT", "/queues/q?batch=words", "a").status == 400);
  CHECK(box.get("/queues/q")["queue"]["size"] == 0);
}

TEST_CASE("PUT of many lines under a key is stored once") {
  Sandbox box;
  box.ok("syncq queue new q");
  auto put = [&](const std::string& lines, const std::string& sequence) {
    return box.ok("printf '" + lines +
                  "' | curl -sS --unix-socket $SYNCQ_SOCKET -X PUT "
                  "-H 'Idempotency-Key: k' " +
                  sequence +
                  "--data-binary @- 'http://x/queues/q?batch=lines'");
  };
  CHECK(put("a\\nb\\n", "") == "{\"stored\":2}");
  CHECK(put("a\\nb\\n", "") == "{\"stored\":2}");
  CHECK(put("b\\nc\\n", "-H 'Syncq-Sequence: 1' ") == "{\"stored\":2}");
  CHECK(box.ok("syncq queue pop q -n 9") == "a\nb\nc");
}

TEST_CASE("each --batch gives a command many messages") {
  Sandbox box;
  box.ok("seq 10 | syncq queue push --lines q");
  box.ok(
      "syncq queue each q --batch 4 --until-empty -- "
      "sh -c 'echo $SYNCQ_MESSAGES $(cat) >> log'");
  CHECK(box.ok("cat log") == "4 1 2 3 4\n4 5 6 7 8\n2 9 10");
  CHECK(left(box) == "[0,0,0]");
  box.ok("printf 'a b\\0c\\n\\0' | syncq queue push -0 q");
  CHECK(box.ok("syncq queue each q --batch 4 -0 --until-empty -- cat |"
               " od -An -c | tr -s ' '") == " a b \\0 c \\n \\0");
}

TEST_CASE("of a batch those that its command reports are tried again") {
  Sandbox box;
  box.ok("seq 4 | syncq queue push --lines q");
  Outcome end = box.sh(
      "syncq queue each q --batch 4 --report --until-empty -- sh -c '"
      "cat >> log; test -e once || echo 2 4 > $SYNCQ_REPORT; touch once'");
  CHECK(end.code() == 0);
  CHECK_THAT(end.err, Contains("2 messages from 1-1 on (2): CMD reported it "
                               "(attempt 1); again in 1s"));
  CHECK(box.ok("xargs < log") == "1 2 3 4 2 4");
  box.ok("seq 2 | syncq queue push --lines q");
  Outcome strange = box.sh(
      "syncq queue each q --batch 4 --report --on-failure stop -- "
      "sh -c 'echo 3 > $SYNCQ_REPORT'");
  CHECK(strange.code() == 1);
  CHECK_THAT(strange.err, Contains("CMD's report has '3', which is no number "
                                   "from 1 to 2; it can be taken again"));
  CHECK(left(box) == "[2,0,0]");
}

TEST_CASE("a batch whose command fails is given up as its messages would be") {
  Sandbox box;
  box.ok("seq 3 | syncq queue push --lines q");
  Outcome end = box.sh(
      "syncq queue each q --batch 2 --max-attempts 1 --until-empty -- "
      "sh -c 'grep -q 3'");
  CHECK(end.code() == 1);
  CHECK_THAT(end.err, Contains("2 messages from 1-0 on (1): CMD exited with 1; "
                               "given up after 1 attempt"));
  CHECK(box.ok("syncq queue pop q.dead -n 9") == "1\n2");
  CHECK(left(box) == "[0,0,0]");
}

TEST_CASE(
    "a batch outlives its daemon, and an each that is killed loses none") {
  Sandbox box;
  box.ok("seq 3 | syncq queue push --lines q");
  const int lease = sanitized() ? 5 : 3;
  Process each = box.start(
      "exec syncq queue each q --batch 3 --lease " + std::to_string(lease) +
      "s --until-empty -- sh -c 'cat >> log; until test -e go; do sleep 0.02; "
      "done'");
  auto log = [&] { return box.sh("cat log").out; };
  REQUIRE(eventually([&] { return log() == "1\n2\n3\n"; }));
  kill(box.daemon_pid(), SIGKILL);
  // Longer than the lease, which it renews.
  CHECK(
      stays([&] { return log() == "1\n2\n3\n"; }, Milliseconds(1500) * lease));
  box.ok("touch go");
  CHECK(each.wait().code() == 0);
  CHECK(left(box) == "[0,0,0]");

  box.ok("rm go; seq 4 6 | syncq queue push --lines q");
  Process killed = box.start(
      "exec syncq queue each q --batch 3 --lease 1s -- sh -c '"
      "cat >> log; until test -e end; do sleep 0.02; done'");
  REQUIRE(eventually([&] { return box.ok("tail -1 log") == "6"; }));
  killed.signal(SIGKILL);
  killed.wait();
  CHECK(eventually([&] { return left(box) == "[3,0,0]"; }));
  box.ok("touch end");
}

TEST_CASE("an interrupted each gives its batch back") {
  Sandbox box;
  box.ok("seq 3 | syncq queue push --lines q");
  Process each = box.start(
      "exec syncq queue each q --batch 3 -- sh -c 'touch begun; exec sleep "
      "100'");
  REQUIRE(eventually([&] { return exists(box.path("begun")); }));
  each.signal(SIGINT);
  each.signal(SIGTERM);
  CHECK(each.wait().signal() != 0);
  CHECK(left(box) == "[3,0,0]");
}

TEST_CASE("what makes no sense of a batch is refused") {
  Sandbox box;
  for (const char* command :
       {"pop q -0", "pop q -n 0", "pop q -n 1001", "each q -0 -- true",
        "each q --report -- true", "each q --batch 0 -- true",
        "each q --batch 2 -- echo {}", "ack q"}) {
    CAPTURE(command);
    CHECK(box.sh(std::string("syncq queue ") + command).code() == 2);
  }
}
