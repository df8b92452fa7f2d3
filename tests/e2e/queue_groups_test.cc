// Groups: their messages are handed out one after the other.

#include <catch2/catch.hpp>

#include "tests/e2e/harness/sandbox.h"

using namespace syncq::e2e;
using Catch::Contains;

TEST_CASE("messages of a group are handed out one after the other") {
  Sandbox box;
  CHECK(box.ok(R"(
    syncq queue push q --group x x1 x2
    syncq queue push q y1
    syncq queue pop q --lease 1m --lease-file x1
    syncq queue pop q; syncq queue pop q || echo " $?")") == "x1y1 1");
  CHECK_THAT(
      box.ok("syncq queue show q; syncq queue ls; syncq ls"),
      Contains("blocked   1") && Contains("BLOCKED") && Contains("1 blocked"));
  CHECK_THAT(box.ok("syncq queue show q --state blocked -n 5"),
             Contains("GROUP") && Contains("x2"));
  CHECK(box.ok("syncq queue show q --state leased --format '{group}'") == "x");
  box.ok("syncq queue push q --delay 1h later");
  CHECK_THAT(box.ok("curl -s --unix-socket s http://localhost/metrics"),
             Contains("syncq_messages_leased 1\n") &&
                 Contains("syncq_messages_delayed 1\n") &&
                 Contains("syncq_messages_blocked 1\n"));
  Process pop = box.start("exec syncq queue pop q --wait -o json");
  CHECK(eventually([&] { return box.get("/status")["parked_callers"] == 1; }));
  box.ok("syncq queue ack q $(cat x1)");
  Json message = Json::parse(pop.wait().out);
  CHECK(message["body"] == "x2");
  CHECK(message["group"] == "x");
}

TEST_CASE("each runs the messages of a group in order and others beside") {
  Sandbox box;
  CHECK(box.ok(R"(
    seq 20 | syncq queue push q --lines --group 'a b/ü'
    seq 21 40 | syncq queue push q --lines --group c
    syncq daemon restart
    syncq queue each q -j4 --until-empty -- sh -c '
      mkdir "one-${#SYNCQ_GROUP}" || touch two
      n=$(cat); echo $n >> "out-${#SYNCQ_GROUP}"
      test $n != 3 || test $SYNCQ_ATTEMPT = 2 || fails=1
      rmdir "one-${#SYNCQ_GROUP}"; test -z "$fails"' 2>/dev/null
    cat out-1 | tr '\n' ' '; sort -c -n out-1 && ls two 2>/dev/null
    ls out-* | wc -l; cat out-[^1]* | uniq | sort -n -c && echo sorted)") ==
        "21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39 40 "
        "2\nsorted");
}

TEST_CASE("groups are checked and dead letters keep theirs") {
  Sandbox box;
  for (const char* wrong :
       {"''", "\"$(printf '\\377')\"", "\"$(printf 'a\\tb')\"",
        "\"$(printf '%257s' x)\""}) {
    CAPTURE(wrong);
    CHECK(box.sh(std::string("syncq queue push q m --group ") + wrong).code() ==
          2);
  }
  CHECK(box.ok("syncq daemon start; curl -s -X PUT --unix-socket s -d m "
               "'http://localhost/queues/q?group=a%0Ab' | jq -r .error") ==
        "invalid_name");
  CHECK(box.ok(R"(
    syncq queue push q --group g a b
    syncq queue pop q --lease 1m --lease-file a
    syncq queue nack q $(cat a) --dead
    syncq queue peek q.dead -o json | jq -r .group
    syncq queue redrive q.dead -q
    syncq queue pop q; syncq queue pop q)") == "ag\nba");
}
