// Turns in several FIFOs at once: `syncq run a,b -- CMD`.

#include <catch2/catch.hpp>
#include <csignal>

#include "tests/e2e/harness/daemon_killer.h"
#include "tests/e2e/harness/pty.h"

using namespace syncq::e2e;
using Catch::Matchers::Contains;

namespace {

// Leaves a witness if another is in one of them.
std::string alone_in(const std::string& names, const std::string& number) {
  return "exec syncq run -q " + names + " -- sh -c 'for f in $(echo " + names +
         " | tr , \" \"); do mkdir lock.$f || echo clash >>clash; done; "
         "sleep 0.02; echo " +
         number + " >>out; rmdir $(echo lock." + names +
         " | sed s/,/\" lock.\"/g)'";
}

// Takes the turn of a FIFO until free(), or the end.
Process hold(Sandbox& box, const std::string& fifo) {
  Process holder =
      box.start("exec syncq run -q " + fifo + " -- sh -c 'touch in." + fifo +
                "; until [ -e free." + fifo + " ]; do sleep 0.02; done'");
  REQUIRE(eventually([&] { return exists(box.path("in." + fifo)); }));
  return holder;
}

void free(Sandbox& box, const std::string& fifo, Process& holder) {
  write_file(box.path("free." + fifo), "");
  CHECK(holder.wait().code() == 0);
}

}  // namespace

TEST_CASE("the command has all of its turns, and knows them") {
  Sandbox box;
  std::string mode = GENERATE(as<std::string>{}, "", "--timeout 1h ");
  box.ok("syncq run b -- true");
  box.ok("syncq run " + mode +
         "a,b,c -- sh -c 'env | grep ^SYNCQ_ >vars; "
         "syncq fifo ls -o json >fifos; syncq fifo show b >show'");
  auto var = [&](const std::string& name) {
    return box.ok("sed -n s/^" + name + "=//p vars");
  };
  CHECK(var("SYNCQ_FIFOS") ==
        box.ok("for f in a b c; do jq -r \".fifos[] | select(.name==\\\"$f\\\")"
               " | .uuid\" fifos; done | paste -sd,"));
  CHECK(var("SYNCQ_FIFOS").starts_with(var("SYNCQ_FIFO") + ","));
  CHECK(var("SYNCQ_FENCES") == "1,2,1");
  CHECK(var("SYNCQ_FENCE") == "1");
  CHECK(box.ok("grep ^SYNCQ_TURNS vars | grep -o ' ' | wc -l") == "3");
  CHECK(box.ok("jq -c '[.fifos[].held]' fifos") == "[1,1,1]");
  CHECK_THAT(read_file(box.path("show")), Contains("accepted, with a,c"));
  REQUIRE(eventually([&] {
    return box.ok("syncq fifo ls -o json | jq -c '[.fifos[].held]'") ==
           "[0,0,0]";
  }));
  // Each FIFO has it in its history, with its end.
  CHECK(box.ok("syncq history -o json | jq -c "
               "'[.turns[] | select(.fence == 1) | .exit_status]' | "
               "wc -l") == "1");
  // A turn of one alone is told of no others, nor of those around it.
  CHECK(box.sh("syncq run x -- sh -c 'echo $SYNCQ_FIFOS'").out == "\n");
  CHECK(
      box.ok("syncq run a,b -- syncq run x -- "
             "sh -c '[ $SYNCQ_FIFOS = $SYNCQ_FIFO ] && echo $SYNCQ_FENCES'") ==
      "2");
}

TEST_CASE("who waits for several sees the longest of the lines, and its name") {
  Sandbox box;
  Process first = hold(box, "a");
  Process second = hold(box, "b");
  Process between = box.start("exec syncq run -q b -- true");
  REQUIRE(eventually([&] { return box.waiting("b") == 1; }));
  Process both = box.start("exec syncq run a,b -- echo in");
  REQUIRE(eventually([&] { return box.waiting("a") == 1; }));
  REQUIRE(eventually([&] { return !both.err().empty(); }));
  CHECK_THAT(both.err(), Contains("waiting for b: 2nd of 2"));
  CHECK_THAT(box.ok("syncq fifo show a"), Contains("waiting, with b"));
  CHECK_THAT(box.ok("syncq ps"), Contains("2, with a"));
  CHECK(box.ok("syncq ps --format '{with}' | paste -sd,") == ",b,,,a");
  free(box, "b", second);
  CHECK(between.wait().code() == 0);
  // Nothing is kept for it while it waits, and nobody passes it.
  CHECK(box.get("/fifo/b")["fifo"]["held"] == 0);
  CHECK(box.sh("syncq run -n b -- true").code() == 75);
  free(box, "a", first);
  Outcome ended = both.wait();
  CHECK(ended.out == "in\n");
  CHECK_THAT(ended.err, Contains("got the turn of a,b after"));
}

TEST_CASE("of lines as long as each other that is shown which is held") {
  Sandbox box;
  Process holder = hold(box, "b");
  CHECK_THAT(box.sh("syncq run -w 300ms a,b -- true").err,
             Contains("waiting for b: 1st of 1") && Contains("held by"));
  free(box, "b", holder);
}

TEST_CASE("the waiting line of several FIFOs follows the longest one") {
  Sandbox box;
  Process first = hold(box, "a");
  Process second = hold(box, "b");
  Process between = box.start("exec syncq run -q b -- true");
  REQUIRE(eventually([&] { return box.waiting("b") == 1; }));
  Terminal terminal(box);
  terminal.enter("syncq run a,b -- echo do\"\"ne");
  terminal.sees("b: 2nd of 2");
  free(box, "b", second);
  terminal.sees("a: 1st of 1");
  free(box, "a", first);
  terminal.sees("done");
}

TEST_CASE("what can't be had in several FIFOs is refused") {
  Sandbox box;
  auto refused = [&](const std::string& line) {
    Outcome outcome = box.sh("syncq run " + line + " -- true");
    INFO(line);
    CHECK(outcome.code() == 2);
    return outcome.err;
  };
  CHECK_THAT(refused("--if-waiting skip a,b"), Contains("one FIFO"));
  CHECK_THAT(refused("--settle 1s a,b"), Contains("one FIFO"));
  CHECK_THAT(refused("--preempt a,b"), Contains("one FIFO"));
  CHECK_THAT(refused("a,"), Contains("FIFO name ''"));
  CHECK_THAT(refused("a,b/c"), Contains("b/c"));
  CHECK_THAT(refused("a,b,a"), Contains("FIFO a is named twice"));
  CHECK_THAT(refused("$(seq -s, -f q%g 17)"), Contains("16"));
  CHECK(box.ok("syncq fifo ls -o json | jq '.fifos | length'") == "0");
  box.ok("syncq run --slots 2 a -- true");
  CHECK_THAT(box.sh("syncq run --slots 3 a,b -- true").err,
             Contains("FIFO 'a' has 2 slots, not 3: leave --slots out"));
  CHECK_THAT(box.sh("syncq run --take 2 a,b -- true").err,
             Contains("syncq fifo set FIFO --slots"));
  CHECK(box.sh("syncq run --shared --take 1 --priority 3 a,b -- true").code() ==
        0);
  CHECK(box.sh("syncq run a,new -- true").code() != 0);
}

TEST_CASE("several turns over the API, one name among them") {
  Sandbox box;
  box.ok("syncq daemon start");
  auto ask = [&](const std::string& query) {
    return box.ok(
        "timeout 1 curl -sN --unix-socket s -X POST "
        "'http://localhost/hold?" +
        query + "' || true");
  };
  CHECK_THAT(ask(""), Contains("bad_request") && Contains("fifo"));
  CHECK_THAT(ask("create=true&fifo=a&fifo=a"), Contains("named twice"));
  CHECK_THAT(ask("create=true&create=true&fifo=a"),
             Contains("duplicate_parameter"));
  CHECK_THAT(ask("create=true&fifo=a"),
             Contains("\"event\":\"grant\"") && !Contains("others"));
  CHECK_THAT(ask("create=true&fifo=a&fifo=b"),
             Contains("\"event\":\"grant\"") && Contains("\"others\":[{"));
  const std::string other = "0c5b8e1e-6b0f-4f7e-9c59-7a0f0c3a1b11";
  CHECK_THAT(ask("create=true&fifo=a&inside=" + other + ',' + other),
             Contains("\"event\":\"grant\""));
  CHECK_THAT(ask("create=true&fifo=a&inside=a"),
             Contains("invalid_uuid") && Contains("inside"));
  CHECK_THAT(ask("create=true&fifo=a&inside="), Contains("invalid_uuid"));
  CHECK_THAT(ask("create=true&fifo=a&inside=" + other + ','),
             Contains("invalid_uuid"));
  std::string many = other;
  for (int i = 0; i < 16; ++i) many += ',' + other;
  CHECK_THAT(ask("create=true&fifo=a&inside=" + many),
             Contains("bad_request") && Contains("17"));
  CHECK_THAT(box.ok("timeout 1 curl -sN --unix-socket s -d fifo=a -d fifo=b "
                    "http://localhost/hold || true"),
             Contains("bad_request") || Contains("grant"));
}

TEST_CASE("a run inside any of several turns would wait for itself") {
  Sandbox box;
  Outcome inside = box.sh("syncq run a,b -- syncq run c,b -- true");
  CHECK(inside.code() == 125);
  CHECK_THAT(inside.err, Contains("--nested=within"));
  CHECK(box.sh("syncq run a,b -- syncq run b -- true").code() == 125);
  CHECK(box.ok("syncq run a,b -- syncq run --nested=within b,a -- echo in") ==
        "in");
  // It needs a turn in c alone.
  CHECK(box.ok("syncq run a,b -- syncq run --nested=within b,c -- sh -c "
               "'syncq fifo ls -o json | jq -c \"[.fifos[].held]\"'") ==
        "[1,1,1]");
}

TEST_CASE("a run inside a turn passes who waits for both") {
  Sandbox box;
  Process outer = box.start(R"(
    exec syncq run -q a -- sh -c '
      touch begun
      while ! test -e go; do sleep 0.02; done
      exec syncq run -q b -- echo inner')");
  REQUIRE(eventually([&] { return exists(box.path("begun")); }));
  Process both = box.start("exec syncq run -q a,b -- echo both");
  REQUIRE(eventually([&] { return box.waiting("a") == 1; }));
  write_file(box.path("go"), "");
  CHECK(outer.wait().out == "inner\n");
  CHECK(both.wait().out == "both\n");
}

TEST_CASE("several turns end with their process, whoever is killed") {
  Sandbox box;
  std::string mode = GENERATE(as<std::string>{}, "", "--timeout 1h ");
  Process held = box.start("exec syncq run -q " + mode +
                           "a,b -- sh -c 'echo $$ >pid; exec sleep 1000'");
  REQUIRE(eventually([&] { return !read_file(box.path("pid")).empty(); }));
  Process next = box.start("exec syncq run -q b,a -- echo next");
  REQUIRE(eventually([&] { return box.waiting("a") == 1; }));
  kill(box.daemon_pid(), SIGKILL);
  REQUIRE(eventually([&] { return box.waiting("a") == 1; }));
  CHECK(box.get("/fifo/b")["fifo"]["held"] == 1);
  if (!mode.empty()) {
    held.signal(SIGKILL);
    held.wait();
    CHECK(stays([&] { return box.waiting("b") == 1; }, Milliseconds(300)));
  }
  box.ok("kill -9 $(cat pid)");
  CHECK(next.wait().out == "next\n");
}

TEST_CASE("to end one of several turns ends the others, and its command") {
  Sandbox box;
  Process held = box.start("exec syncq run -q --timeout 1h a,b -- sleep 1000");
  REQUIRE(eventually([&] { return box.waiting("b") == 0; }));
  REQUIRE(eventually([&] {
    return box.get("/fifo/b")["tickets"][0]["pid"] != nullptr &&
           box.get("/fifo/b")["tickets"][0]["pid"] != held.pid();
  }));
  Process next = box.start("exec syncq run -q b -- echo next");
  REQUIRE(eventually([&] { return box.waiting("b") == 1; }));
  box.ok("syncq fifo done --force a $(syncq fifo show a --format {ticket})");
  CHECK(held.wait().code() == 125);
  CHECK(next.wait().out == "next\n");
  Process waits = box.start("exec syncq run -q a,b -- true");
  CHECK(waits.wait().code() == 0);
}

TEST_CASE("several turns over TCP end with their client") {
  Sandbox box;
  box.env()["SYNCQ_TCP"] = "127.0.0.1:0";
  box.ok("syncq daemon start");
  box.env()["SYNCQ_ENDPOINT"] =
      "http://" + std::string(box.get("/status")["tcp"][0]["address"]);
  box.env()["SYNCQ_TOKEN_FILE"] = box.state_dir() + "/token";
  CHECK(box.sh("syncq run a,b -- sh -c 'echo $SYNCQ_FENCES; exit 7'").code() ==
        7);
  CHECK(box.ok("syncq history -o json | jq -c '[.turns[].exit_status]'") ==
        "[7,7]");
  Process held = box.start(
      "exec syncq run -q a,b -- sh -c 'touch begun; exec sleep 1000'");
  REQUIRE(eventually([&] { return exists(box.path("begun")); }));
  Process waits = box.start("exec syncq run -q b,a -- true");
  Process next = box.start("exec syncq run -q b -- echo next");
  REQUIRE(eventually([&] { return box.waiting("b") == 2; }));
  // It says so before it goes, and leaves both lines.
  waits.signal(SIGTERM);
  REQUIRE(eventually([&] { return box.waiting("a") == 0; }));
  held.signal(SIGTERM);
  CHECK(held.wait().signal() == SIGTERM);
  CHECK(next.wait().out == "next\n");
}

TEST_CASE("runs of several FIFOs: each alone in all of its own, and all end",
          "[slow]") {
  Sandbox box;
  box.ok("syncq daemon start");
  const std::vector<std::string> names = {"a,b", "b,a", "a", "b", "b,c,a"};
  std::vector<Process> runs;
  std::vector<Process> victims;
  for (std::size_t i = 0; i < 20; ++i) {
    const std::string& name = names[i % names.size()];
    runs.push_back(box.start(alone_in(name, std::to_string(i + 1))));
    if (i % 3 != 0) continue;
    victims.push_back(
        box.start("exec syncq run -q " + name + " -- sleep 1000"));
  }
  auto over = [&] {
    return std::none_of(runs.begin(), runs.end(),
                        [](Process& each) { return each.running(); });
  };
  DaemonKiller killer(box, over);
  for (Process& each : victims) {
    killer.strike(Milliseconds(150));
    each.signal(SIGKILL);
  }
  for (Process& each : runs) CHECK(each.wait().code() == 0);
  CHECK(killer.kills() > 2);
  // Asked even of a daemon that was killed last, after all had ended.
  CHECK(box.ok("syncq fifo ls -o json | jq -c '[.fifos[] | .held + "
               ".waiting] | add'") == "0");
  CHECK(box.ok("sort -n out") == box.ok("seq 20"));
  CHECK_FALSE(exists(box.path("clash")));
}
