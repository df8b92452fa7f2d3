// `syncq doctor`, and a daemon over a faulty store.

#include <algorithm>
#include <catch2/catch.hpp>
#include <csignal>

#include "tests/e2e/harness/process_table.h"
#include "tests/e2e/harness/sandbox.h"
#include "tests/skip.h"

using namespace syncq::e2e;
using Catch::Matchers::Contains;

namespace {

// Overwrites a part of the store's file.
void damage(const Sandbox& box, std::size_t at, std::size_t size) {
  std::string path = box.state_dir() + "/syncq.db";
  std::string bytes = read_file(path);
  bytes.replace(at, size, size, '\xff');
  write_file(path, bytes);
}

// A store of a thousand messages, without a daemon.
void fill(Sandbox& box) {
  box.ok(
      "yes 'a message of some length, so that there are some pages' | "
      "head -n 1000 | syncq queue push jobs --lines; syncq daemon stop");
}

}  // namespace

TEST_CASE("doctor finds nothing wrong with a store in use") {
  Sandbox box;
  CHECK(box.sh("syncq doctor").code() == 0);
  fill(box);
  CHECK_THAT(box.ok("syncq doctor"), Contains("no fault found"));
  box.ok("syncq daemon start");
  CHECK_THAT(box.ok("syncq doctor"),
             Contains("skipped: store: ") && Contains("syncq daemon stop"));
  CHECK(box.sh("syncq doctor --repair").code() == 1);
}

TEST_CASE("doctor makes nothing") {
  Sandbox box;
  CHECK_THAT(box.ok("syncq doctor"), Contains("made by the first daemon"));
  CHECK_FALSE(exists(box.state_dir()));
}

TEST_CASE("doctor finds a daemon that hangs") {
  Sandbox box;
  box.hurry();
  box.ok("syncq daemon start");
  const pid_t daemon = box.daemon_pid();
  stop(daemon);
  Outcome outcome = box.sh("syncq doctor");
  kill(daemon, SIGCONT);
  CHECK(outcome.code() == 1);
  CHECK_THAT(outcome.out,
             Contains("fault: daemon: ") && Contains("does not answer"));
}

TEST_CASE("doctor tells who can reach the daemon, and what is wrong") {
  Sandbox box;
  box.env()["SYNCQ_TCP"] = "127.0.0.1:0";
  box.ok("syncq daemon start");
  CHECK_THAT(box.ok("syncq doctor"),
             Contains("ok: tcp: 127.0.0.1:") && Contains("ok: token: "));
  box.env()["SYNCQ_TCP"] = "0.0.0.0:0";
  box.ok("syncq daemon restart");
  CHECK_THAT(box.ok("syncq doctor"),
             Contains("warning: tcp: 0.0.0.0:") && Contains("in the clear"));
  box.ok("chmod 644 state/token");
  Outcome open = box.sh("syncq doctor -o json");
  CHECK(open.code() == 1);
  Json json = Json::parse(open.out);
  CHECK(json["ok"] == false);
  CHECK(std::any_of(
      json["findings"].begin(), json["findings"].end(), [](const Json& each) {
        return each["subject"] == "token" && each["level"] == "fault";
      }));
  box.ok("chmod 600 state/token; syncq daemon stop");
  box.env()["SYNCQ_TCP"] = "nowhere";
  CHECK_THAT(box.sh("syncq doctor").out,
             Contains("fault: config: reading $SYNCQ_TCP: 'nowhere'"));
}

TEST_CASE("doctor finds a damaged page and saves what is on the others") {
  Sandbox box;
  fill(box);
  std::string path = box.state_dir() + "/syncq.db";
  std::size_t size = read_file(path).size();
  // Behind the pages of the schema, without which nothing can be read.
  damage(box, size * 3 / 4 / 4096 * 4096, 4096);
  Outcome outcome = box.sh("syncq doctor");
  CHECK(outcome.code() == 1);
  CHECK_THAT(outcome.out, Contains("fault: "));
  CHECK_THAT(outcome.out, Contains("syncq doctor --repair"));
  CHECK_THAT(box.ok("syncq doctor --repair"), Contains("damaged.1"));
  CHECK_THAT(box.ok("syncq doctor"), Contains("no fault found"));
  CHECK(std::stoi(box.ok("syncq queue show jobs -o json | jq .queue.size")) >
        800);
  CHECK(exists(path + ".damaged.1"));
}

TEST_CASE("a client says what is in the place of the store, or the socket") {
  Sandbox box;
  box.ok("mkdir -p -m 700 state; mkdir state/syncq.db");
  Outcome outcome = box.sh("syncq queue push q m");
  CHECK(outcome.code() != 0);
  CHECK_THAT(outcome.err, Contains("a directory") && Contains("move it away"));
  box.ok("rmdir state/syncq.db; mkdir s");
  outcome = box.sh("syncq queue push q m");
  CHECK_THAT(outcome.err, Contains("a directory") && Contains("move it away"));
  box.ok("rmdir s");
}

TEST_CASE("numbers that contradict the rows are mended at the start") {
  Sandbox box;
  if (box.sh("command -v sqlite3").code() != 0) {
    syncq::skip("there is no sqlite3");
    return;
  }
  fill(box);
  box.ok("syncq fifo new --name q; syncq daemon stop");
  box.ok(
      "sqlite3 state/syncq.db 'UPDATE queues SET size = 7; "
      "UPDATE fifos SET held = 1, live = 1'");
  CHECK(box.ok("syncq queue show jobs -o json | jq .queue.size") == "1000");
  CHECK(box.ok("syncq run q -- echo ran") == "ran");
  CHECK(box.log_count("mended the store") == 2);
}
