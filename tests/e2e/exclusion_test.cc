// Turns come one at a time, and in the order they were asked for.

#include <catch2/catch.hpp>

#include "tests/e2e/harness/sandbox.h"
#include "tests/e2e/harness/tested_build.h"

using namespace syncq::e2e;

namespace {

// Writes its number; two holders at once leave a witness.
std::string witness(const std::string& number) {
  return " sh -c 'mkdir lock || echo clash >> clash; echo " + number +
         " >> out; rmdir lock'";
}

}  // namespace

TEST_CASE("run NAME -- CMD runs the command") {
  Sandbox box;
  Outcome outcome = box.sh("exec syncq run demo -- echo \"my turn\"");
  CHECK(outcome.code() == 0);
  CHECK(outcome.out == "my turn\n");
  CHECK(outcome.err.empty());
}

TEST_CASE("100 runs at once all run") {
  Sandbox box;
  box.ok(
      "for i in $(seq 100); do "
      "syncq run q -- sh -c \"echo $i >> out\" & done; wait",
      seconds(120));
  CHECK(box.ok("sort -n out") == box.ok("seq 100"));
}

TEST_CASE("runs started 20 ms apart run in that order", "[timing]") {
  Sandbox box;
  box.env()["count"] = std::to_string(repetitions(100));
  box.ok("syncq daemon start");
  // A starved machine may start them out of order, whatever we do: the next
  // test checks the order without a clock.
  double gap = 0.02 * slowness();
  bool in_order = false;
  for (int attempt = 0; attempt < 4 && !in_order; ++attempt, gap *= 2) {
    box.ok(
        "rm -f out; for i in $(seq $count); do "
        "syncq run -q q -- sh -c \"echo $i >> out\" & sleep " +
            std::to_string(gap) + "; done; wait",
        seconds(120));
    CHECK(box.ok("sort -n out") == box.ok("seq $count"));
    in_order = box.ok("cat out") == box.ok("seq $count");
  }
  CHECK(in_order);
}

TEST_CASE("100 contenders: exclusion, and exactly the order they came in",
          "[slow]") {
  Sandbox box;
  Process holder = box.hold_turn("q");
  const int count = repetitions(100);
  std::vector<Process> contenders;
  for (int i = 1; i <= count; ++i) {
    contenders.push_back(
        box.start("exec syncq run -q q --" + witness(std::to_string(i))));
    REQUIRE(
        eventually([&] { return box.get("/fifo/q")["fifo"]["waiting"] == i; }));
  }
  CHECK_FALSE(exists(box.path("out")));
  box.let_go(holder);
  for (Process& each : contenders) CHECK(each.wait().code() == 0);
  CHECK(read_file(box.path("out")) ==
        box.ok("seq " + std::to_string(count)) + "\n");
  CHECK_FALSE(exists(box.path("clash")));
}

TEST_CASE("curl callers, `fifo wait` and `run` stand in one line") {
  Sandbox box;
  Process holder = box.hold_turn("q");
  Process first = box.start("exec syncq run -q q --" + witness("1"));
  REQUIRE(eventually([&] { return box.waiting("q") == 1; }));
  std::string ticket = box.ok("syncq fifo ticket q");
  Process second = box.start("t=" + ticket +
                             "; curl -sSf --unix-socket s "
                             "http://localhost/fifo/q/wait/$t &&" +
                             witness("2") + " && syncq fifo done q $t");
  Process third =
      box.start("exec syncq run -q --timeout 1h q --" + witness("3"));
  REQUIRE(eventually([&] { return box.waiting("q") == 3; }));
  box.let_go(holder);
  for (Process* each : {&first, &second, &third}) {
    CHECK(each->wait().code() == 0);
  }
  CHECK(read_file(box.path("out")) == "1\n2\n3\n");
  CHECK_FALSE(exists(box.path("clash")));
}

TEST_CASE("slots: never more than N at once, each with its own slot",
          "[slow]") {
  Sandbox box;
  int slots = GENERATE(1, 3);
  // Each slot's directory has one holder at a time; the count is the most ever
  // seen together.
  Outcome outcome = box.sh("for i in $(seq 40); do syncq run -q --slots " +
                               std::to_string(slots) +
                               R"( q -- sh -c '
        mkdir slot.$SYNCQ_SLOT || echo clash >> clash
        ls -d slot.* | wc -l >> seen
        sleep 0.01
        rmdir slot.$SYNCQ_SLOT' & done; wait)",
                           seconds(120));
  INFO(outcome.err);
  CHECK_FALSE(exists(box.path("clash")));
  CHECK(box.ok("wc -l < seen") == "40");
  int most = std::stoi(box.ok("sort -n seen | tail -1"));
  CHECK(most <= slots);
  // The slots are used, too.
  CHECK(box.sh("exec syncq fifo show q").code() == 0);
}

TEST_CASE("slots: N hold together, the next one waits") {
  Sandbox box;
  box.ok("syncq fifo new --name q --slots 2");
  std::vector<Process> holders;
  for (int i = 0; i < 3; ++i) {
    holders.push_back(
        box.start("exec syncq run -q q -- sh -c 'touch in.$SYNCQ_FENCE; "
                  "while [ ! -e end.$SYNCQ_FENCE ]; do sleep 0.01; done; "
                  "echo $SYNCQ_SLOT'"));
    int here = i + 1;
    REQUIRE(eventually([&] {
      Json fifo = box.get("/fifo")["fifos"][0];
      return fifo["held"].get<int>() + fifo["waiting"].get<int>() == here;
    }));
  }
  REQUIRE(eventually([&] { return exists(box.path("in.2")); }));
  CHECK_FALSE(exists(box.path("in.3")));
  CHECK(box.waiting("q") == 1);
  write_file(box.path("end.1"), "");
  REQUIRE(eventually([&] { return exists(box.path("in.3")); }));
  write_file(box.path("end.2"), "");
  write_file(box.path("end.3"), "");
  CHECK(holders[0].wait().out == "0\n");
  CHECK(holders[1].wait().out == "1\n");
  CHECK(holders[2].wait().out == "0\n");
}

TEST_CASE("other FIFOs do not wait") {
  Sandbox box;
  Process holder = box.hold_turn("q");
  CHECK(box.ok("syncq run other -- echo free") == "free");
  box.let_go(holder);
}

TEST_CASE("done leaves a turn to the command that runs in it") {
  Sandbox box;
  Process holder = box.hold_turn("q");
  Process next = box.start("exec syncq run -q q -- echo next");
  REQUIRE(eventually([&] { return box.waiting("q") == 1; }));
  std::string ticket = box.get("/fifo/q")["tickets"][0]["ticket"];
  Outcome refused = box.sh("syncq fifo done q " + ticket);
  CHECK(refused.code() == 1);
  CHECK_THAT(refused.err, Catch::Contains("its command still runs") &&
                              Catch::Contains("--force"));
  CHECK(box.waiting("q") == 1);
  box.ok("syncq fifo done --force q " + ticket);
  CHECK(next.wait().out == "next\n");
  box.let_go(holder);
}
