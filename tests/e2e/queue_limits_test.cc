// Limits of queues: how many messages are in flight, and how fast they go.

#include <signal.h>

#include <catch2/catch.hpp>
#include <chrono>

#include "tests/e2e/harness/sandbox.h"

using namespace syncq::e2e;
using Catch::Contains;

TEST_CASE("no more messages are leased than may be in flight") {
  Sandbox box;
  box.ok(R"(
    syncq queue new q --in-flight 1
    syncq queue push q a b c
    syncq queue pop q --lease 1m --lease-file lease)");
  Outcome refused = box.sh("syncq queue pop q");
  CHECK(refused.code() == 75);
  CHECK_THAT(refused.err, Contains("its limits allow no more now"));
  CHECK(box.sh("syncq queue pop -q q").err == "");
  CHECK(box.sh("syncq queue consume q 0").code() == 75);
  CHECK_THAT(box.ok("syncq queue show q"),
             Contains("leased    1/1") && Contains("limits    1 in flight"));
  Process pop = box.start("exec syncq queue pop q --wait");
  CHECK(eventually([&] { return box.get("/status")["parked_callers"] == 1; }));
  box.ok("syncq queue ack q $(cat lease)");
  CHECK(pop.wait().out == "b");
  box.ok("syncq queue pop q --lease 1m --lease-file lease");
  Process each = box.start("exec syncq queue each q -j2 -- cat");
  CHECK(eventually([&] { return box.get("/status")["parked_callers"] == 2; }));
  box.ok("syncq queue push q d; syncq queue set q --in-flight none");
  CHECK(eventually([&] { return each.out() == "d"; }));
  each.signal(SIGTERM);
  each.wait();
}

TEST_CASE("each --until-empty waits for the limits of a queue") {
  Sandbox box;
  CHECK(box.ok(R"(
    syncq queue new q --in-flight 1
    syncq queue push q a b c d e f
    syncq queue pop q --lease 1m --lease-file lease)") == "q\na");
  Process each = box.start(R"(
    exec syncq queue each q -j3 --until-empty -- sh -c '
      mkdir one || touch two; cat; rmdir one')");
  CHECK(eventually([&] { return box.get("/status")["parked_callers"] == 3; }));
  box.ok("syncq queue ack q $(cat lease)");
  Outcome ended = each.wait();
  CHECK(ended.code() == 0);
  CHECK(ended.out == "bcdef");
  CHECK(box.sh("ls two").code() != 0);
}

TEST_CASE("messages are given out no faster than the rate") {
  Sandbox box;
  box.ok("syncq queue new q --rate 20/s; syncq queue push q a b c d e");
  auto began = std::chrono::steady_clock::now();
  CHECK(box.ok("syncq queue each q -j2 --until-empty -- sh -c 'cat >> out'\n"
               "tr -d '\\n' < out | fold -w1 | sort | tr -d '\\n'") == "abcde");
  CHECK(std::chrono::steady_clock::now() - began >=
        std::chrono::milliseconds(190));
  box.ok("syncq queue rm -y q; syncq queue new q --rate 1/h");
  box.ok("syncq queue push q f g");
  CHECK(box.ok("syncq queue pop q") == "f");
  CHECK(box.sh("syncq queue pop q").code() == 75);
  CHECK(box.sh("syncq queue pop q --wait 50ms").code() == 75);
  Json answer = Json::parse(
      box.ok("curl -s --unix-socket s -X POST http://localhost/queues/q/head"));
  CHECK(answer["error"] == "limited");
  CHECK(answer["retry_after_ms"] > 3'500'000);
  CHECK_THAT(box.ok("syncq queue ls; syncq ls"),
             Contains("durable, 1/h") && Contains("at most 1/h"));
  Process pop = box.start("exec syncq queue pop q --wait");
  CHECK(eventually([&] { return box.get("/status")["parked_callers"] == 1; }));
  box.ok("syncq queue set q --rate 0");
  CHECK(pop.wait().out == "g");
}

TEST_CASE("limits are settings like others") {
  Sandbox box;
  CHECK(box.ok(R"(
    syncq queue new q --in-flight 3 --rate 100/m
    syncq daemon restart
    syncq queue ls --format '{name} {in_flight} {rate}'
    syncq queue set q --in-flight 0
    syncq queue show q -o json | jq -c '.queue | [.in_flight, .rate]')") ==
        "q\nq 3 100/m\n[null,\"100/m\"]");
  for (const char* wrong : {"--in-flight -1", "--in-flight x", "--rate 10",
                            "--rate 0/s", "--rate 10/d", "--rate x"}) {
    CAPTURE(wrong);
    CHECK(box.sh(std::string("syncq queue set q ") + wrong).code() == 2);
  }
  CHECK(box.ok("curl -s -d '{\"rate\":\"10/d\"}' --unix-socket s "
               "http://localhost/queues/q/set | jq -r .error") ==
        "invalid_json");
}
