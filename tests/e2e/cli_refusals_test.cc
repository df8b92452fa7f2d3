// The daemon's refusals are explained in syncq's commands.

#include <catch2/catch.hpp>

#include "tests/e2e/harness/sandbox.h"
#include "tests/e2e/harness/tested_build.h"

using namespace syncq::e2e;
using Catch::Contains;

namespace {

std::string told(Sandbox& box, const std::string& command, int code = 1) {
  Outcome outcome = box.sh("exec " + command);
  INFO(command);
  CHECK(outcome.code() == code);
  CHECK(count_of(outcome.err, "GET ") == 0);
  CHECK(count_of(outcome.err, "/fifo") == 0);
  CHECK(count_of(outcome.err, "/queues") == 0);
  return outcome.err;
}

}  // namespace

TEST_CASE("a command that finds no memory says so") {
  if (sanitized()) return;  // it takes terabytes of addresses to begin with
  Sandbox box;
  box.ok("syncq queue new q");
  Outcome push =
      box.sh("head -c 100M /dev/zero | (ulimit -v 60000; syncq queue push q)");
  CHECK(push.code() == 1);
  CHECK_THAT(push.err, Contains("not enough memory; free some"));
  CHECK(box.ok("syncq queue show q -o json | jq .queue.size") == "0");
}

TEST_CASE("an unknown FIFO or queue is answered with the nearest name") {
  Sandbox box;
  box.ok("syncq fifo new --name deploy; syncq queue push jobs m");
  const std::string meant_fifo =
      "no FIFO is named 'deply'; did you mean 'deploy'?";
  CHECK_THAT(told(box, "syncq fifo show deply"), Contains(meant_fifo));
  CHECK_THAT(told(box, "syncq fifo ticket deply"), Contains(meant_fifo));
  std::string uuid = "9b2c8f6e-8c53-4c55-8e3c-5a44ab1c0001";
  for (const std::string verb : {"wait", "done", "touch"}) {
    CHECK_THAT(told(box, "syncq fifo " + verb + " deply " + uuid),
               Contains(meant_fifo));
    CHECK_THAT(told(box, "syncq fifo " + verb + " deploy " + uuid),
               Contains("no ticket " + uuid) &&
                   Contains("`syncq fifo ticket deploy`"));
  }
  const std::string meant_queue =
      "no queue is named 'jbos'; did you mean 'jobs'?";
  for (const char* verb : {"show", "purge"}) {
    CHECK_THAT(told(box, std::string("syncq queue ") + verb + " jbos"),
               Contains(meant_queue));
  }
  for (const char* verb : {"pop jbos", "peek jbos", "consume jbos 0"}) {
    CHECK_THAT(told(box, std::string("syncq queue ") + verb, 66),
               Contains(meant_queue));
  }
  CHECK_THAT(told(box, "syncq queue each --until-empty jbos -- cat"),
             Contains(meant_queue));
  CHECK_THAT(told(box, "syncq queue show zzz"), Contains("syncq queue ls"));
  CHECK_THAT(told(box, "syncq fifo show zzz"), Contains("syncq fifo ls"));
}

TEST_CASE("refusals of tickets, leases and sizes name the way out") {
  Sandbox box;
  box.ok("syncq fifo new --name f; syncq queue push q m");
  CHECK_THAT(told(box, "syncq fifo wait f no-ticket", 2),
             Contains("`syncq fifo ticket f` printed"));
  CHECK_THAT(told(box, "syncq fifo ticket f --done-timeout 1h"),
             Contains("--allow-overrides"));
  CHECK_THAT(
      told(box, "syncq run --slots 3 f -- true", 125),
      Contains("leave --slots out") && Contains("syncq fifo set f --slots"));
  CHECK_THAT(told(box, "syncq queue ack q no-lease", 2),
             Contains("`syncq queue pop --lease`"));
  CHECK_THAT(told(box, "syncq queue peek q 7"),
             Contains("index 7; `syncq queue show q`"));
  CHECK_THAT(told(box, "syncq queue new x --max-attempts 3", 2),
             Contains("--max-attempts and --dead-letter"));
  box.ok("syncq daemon stop; head -c 2000 /dev/zero > big");
  box.env()["SYNCQ_MAX_MESSAGE"] = "1000";
  CHECK_THAT(told(box, "syncq queue push q < big"),
             Contains("1000 bytes") && Contains("SYNCQ_MAX_MESSAGE"));
}

TEST_CASE("a daemon that wants a token says how to give one") {
  Sandbox box;
  // Answers each request with 401, as a proxy in front of a daemon may.
  Process proxy = box.start(R"(exec perl -MIO::Socket::UNIX -e '
    my $s = IO::Socket::UNIX->new(Local => "proxy", Listen => 5) or die;
    while (my $c = $s->accept) {
      while (<$c>) { last if /^\r\n$/ }
      print $c "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n";
    }')");
  REQUIRE(eventually([&] { return exists(box.path("proxy")); }));
  std::string endpoint = " -e unix:" + box.path("proxy");
  CHECK_THAT(told(box, "syncq fifo show f" + endpoint),
             Contains("SYNCQ_TOKEN_FILE") && !Contains("daemon logs"));
  CHECK_THAT(told(box, "syncq run" + endpoint + " f -- true", 125),
             Contains("SYNCQ_TOKEN_FILE"));
  write_file(box.path("token"), "secret\n");
  box.env()["SYNCQ_TOKEN_FILE"] = box.path("token");
  CHECK_THAT(told(box, "syncq queue push q m" + endpoint),
             Contains("does not take the token") && !Contains("secret"));
  box.ok("rm proxy");
}

TEST_CASE("only our own daemon's log is pointed to") {
  Sandbox box;
  CHECK_THAT(told(box, "syncq fifo ls -e unix:" + box.path("nobody")),
             Contains("endpoint") && !Contains("daemon logs"));
}
