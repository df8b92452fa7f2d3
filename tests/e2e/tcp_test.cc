// A daemon that listens on TCP: all that works at its socket works there, for
// whoever has the token, and for nobody else.

#include <catch2/catch.hpp>
#include <csignal>

#include "tests/e2e/harness/eventually.h"
#include "tests/e2e/harness/process_table.h"
#include "tests/e2e/harness/sandbox.h"
#include "tests/e2e/harness/whole_request_proxy.h"
#include "tests/skip.h"

using namespace syncq::e2e;
using Catch::Contains;

namespace {

// Starts a daemon that listens there, and has $URL and the token for scripts.
void start_on(Sandbox& box, const std::string& address) {
  box.env()["SYNCQ_TCP"] = address;
  box.ok("syncq daemon start");
  box.env()["ADDRESS"] = box.get("/status")["tcp"][0]["address"];
  box.env()["URL"] = "http://" + box.env()["ADDRESS"];
  box.env()["SYNCQ_TOKEN_FILE"] = box.state_dir() + "/token";
}

// Of a request by curl with these options; 000: no answer.
std::string status_of(Sandbox& box, const std::string& options) {
  return box.sh("curl -s -o body -w '%{http_code}' " + options).out;
}

const std::string kWithToken =
    "-H \"Authorization: Bearer $(cat state/token)\" ";

}  // namespace

TEST_CASE("what works at the socket works over TCP") {
  Sandbox box;
  const std::string address = GENERATE("127.0.0.1:0", "[::1]:0");
  if (address == "[::1]:0" &&
      box.sh("grep -q 0001 /proc/net/if_inet6").code() != 0) {
    syncq::skip("this machine has no IPv6");
    return;
  }
  start_on(box, address);
  box.env()["SYNCQ_ENDPOINT"] = box.env()["URL"];
  CHECK(box.sh("syncq run q -- sh -c 'echo out; exit 7'").code() == 7);
  CHECK(box.ok("syncq history -o json | jq .turns[0].exit_status") == "7");
  CHECK(
      box.ok("syncq fifo ticket q >ticket; syncq fifo wait q $(cat ticket) && "
             "syncq fifo done q $(cat ticket); syncq fifo ls -o json | "
             "jq -r .fifos[].name") == "q");
  CHECK(box.ok("seq 20000 | syncq queue push --lines jobs; "
               "syncq queue show jobs -o json | jq .queue.size") == "20000");
  CHECK(box.ok("syncq queue pop jobs; syncq queue peek jobs 0") == "12");
  CHECK(box.ok("seq 3 | syncq queue push --lines few; "
               "syncq queue each --until-empty few -- cat") == "123");
  CHECK(box.ok("head -c 9000000 /dev/zero | syncq queue push big; "
               "syncq queue pop big | wc -c") == "9000000");
  CHECK(box.ok("syncq status -o json | jq -r .tcp[].reach") == "machine");
}

TEST_CASE("a turn over TCP ends with its client, and is passed on") {
  Sandbox box;
  start_on(box, "127.0.0.1:0");
  Process held = box.start(
      "exec syncq run -q -e $URL q -- sh -c 'touch begun; "
      "exec sleep 1000'");
  REQUIRE(eventually([&] { return exists(box.path("begun")); }));
  Process next = box.start("exec syncq run -q -e $URL q -- echo next");
  REQUIRE(eventually([&] { return box.waiting("q") == 1; }));
  held.signal(SIGTERM);
  CHECK(held.wait().signal() == SIGTERM);
  CHECK(next.wait().out == "next\n");
}

TEST_CASE(
    "a waiter over TCP that is ended passes on the turn it had just got") {
  Sandbox box;
  start_on(box, "127.0.0.1:0");
  Process holder = box.hold_turn("q");
  Process waiter = box.start("exec syncq run -q -e $URL q -- touch ran");
  REQUIRE(eventually([&] { return box.waiting("q") == 1; }));
  // The grant reaches its machine, but not it.
  stop(waiter.pid());
  box.let_go(holder);
  REQUIRE(eventually([&] { return box.waiting("q") == 0; }));
  CHECK(box.get("/fifo/q")["fifo"]["held"] == 1);
  const int number = GENERATE(SIGINT, SIGTERM, SIGHUP);
  waiter.signal(number);
  waiter.signal(SIGCONT);
  CHECK(waiter.wait().signal() == number);
  CHECK_FALSE(exists(box.path("ran")));
  // Else it would be kept for half a minute.
  CHECK(box.sh("syncq run -w 10s q -- true").code() == 0);
}

TEST_CASE("a waiter over TCP is ended at once where nobody answers") {
  Sandbox box;
  start_on(box, "127.0.0.1:0");
  Process holder = box.hold_turn("q");
  Process waiter = box.start("exec syncq run -q -e $URL q -- touch ran");
  REQUIRE(eventually([&] { return box.waiting("q") == 1; }));
  stop(box.daemon_pid());
  waiter.signal(SIGTERM);
  CHECK(waiter.wait(seconds(5)).signal() == SIGTERM);
  kill(box.daemon_pid(), SIGCONT);
}

TEST_CASE("a request without the token changes nothing") {
  Sandbox box;
  start_on(box, "127.0.0.1:0");
  for (const char* options :
       {"$URL/fifo/new?name=x", "-X POST $URL/fifo/new?name=x",
        "-X PUT -d m $URL/queues/x", "-X OPTIONS $URL/fifo/new",
        "-H 'Authorization: Bearer x' $URL/fifo/new?name=x",
        "-u me:wrong $URL/fifo/new?name=x", "$URL/nowhere", "$URL/metrics",
        "-X POST -d @/bin/bash $URL/fifo/x/hold"}) {
    CAPTURE(options);
    CHECK(status_of(box, options) == "401");
  }
  CHECK(box.ok("syncq fifo ls -o json | jq '.fifos | length'") == "0");
  CHECK(box.ok("syncq queue ls -o json | jq '.queues | length'") == "0");
  CHECK(status_of(box, kWithToken + "$URL/fifo") == "200");
  CHECK(status_of(box, "-u :$(cat state/token) $URL/fifo") == "200");
  CHECK(box.ok("curl -s --unix-socket s http://localhost/metrics | grep "
               "^syncq_refused_requests_total") ==
        "syncq_refused_requests_total 9");
  CHECK(box.log_count("refused a request of 127.0.0.1") == 1);
}

TEST_CASE("no page of another site and no other name gets in") {
  Sandbox box;
  if (GENERATE(true, false)) box.env()["SYNCQ_TCP_NO_TOKEN"] = "1";
  box.env()["SYNCQ_ALLOW_HOST"] = "build1.example";
  start_on(box, "127.0.0.1:0");
  const std::string good = kWithToken + "$URL/fifo/new?name=x ";
  for (const char* options :
       {"-H 'Host: evil.example'", "-H 'Host: evil.example:80' -X POST",
        "-H 'Origin: https://evil.example'", "-H 'Origin: null' -X POST",
        "-H 'Sec-Fetch-Site: cross-site'", "-H 'Sec-Fetch-Site: same-site'",
        "-X OPTIONS -H 'Origin: https://evil.example' "
        "-H 'Access-Control-Request-Method: POST'",
        "--request-target http://evil.example/fifo/new?name=x",
        "--http1.0 -H 'Host:'"}) {
    CAPTURE(options);
    CHECK(status_of(box, good + options) == "403");
    CHECK_THAT(box.ok("cat body"), Contains("forbidden_"));
  }
  CHECK(box.ok("syncq fifo ls -o json | jq '.fifos | length'") == "0");
  for (const char* options :
       {"-H 'Host: build1.example' -H 'Origin: https://build1.example'",
        "-H 'Sec-Fetch-Site: same-origin'", "-H \"Origin: $URL\"",
        "-H 'Host: localhost'"}) {
    CAPTURE(options);
    CHECK(status_of(box, good + options) == "200");
    box.ok("syncq fifo rm x");
  }
}

TEST_CASE("a GET with a password changes nothing, unless it is known whence") {
  Sandbox box;
  start_on(box, "127.0.0.1:0");
  box.ok("syncq queue push q m");
  const std::string basic = "-u :$(cat state/token) ";
  for (const char* target :
       {"$URL/queues/q/head", "$URL/queues/q/tail", "$URL/fifo/new?name=x"}) {
    CAPTURE(target);
    CHECK(status_of(box, basic + target) == "403");
  }
  CHECK(box.get("/queues/q")["queue"]["size"] == 1);
  CHECK(status_of(box, basic + "$URL/queues/q/peek/0") == "200");
  CHECK(status_of(box, basic + "-H 'Sec-Fetch-Site: none' "
                               "$URL/fifo/new?name=x") == "200");
  CHECK(status_of(box, basic + "-X POST $URL/queues/q/head") == "200");
  box.ok("syncq queue push q m");
  CHECK(status_of(box, kWithToken + "$URL/queues/q/head") == "200");
}

TEST_CASE("a token that is replaced is worth nothing from then on") {
  Sandbox box;
  start_on(box, "127.0.0.1:0");
  box.ok("cp state/token old");
  // One connection, which asks before and after.
  Process client = box.start(R"(exec perl -MIO::Socket::INET -e '
    open my $f, "<", "old"; chomp(my $token = <$f>);
    my $s = IO::Socket::INET->new($ENV{ADDRESS}) or die;
    sub ask {
      print $s "GET /version HTTP/1.1\r\nHost: localhost\r\n",
        "Authorization: Bearer $token\r\n\r\n";
      $s->flush; my $line = <$s>; print substr($line, 9, 3), "\n";
      while (<$s>) { last if /^\r\n$/ } <$s>;
    }
    $| = 1; ask(); select undef, undef, undef, 0.01 until -e "rotated"; ask();
  ')");
  REQUIRE(eventually([&] { return client.out() == "200\n"; }));
  const std::string fresh = box.ok("syncq daemon token --rotate");
  CHECK(fresh != box.ok("cat old"));
  write_file(box.path("rotated"), "");
  CHECK(client.wait().out == "200\n401\n");
  CHECK(box.ok("syncq fifo ls -e $URL").size() > 0);
  box.env()["SYNCQ_TOKEN_FILE"] = box.path("old");
  Outcome refused = box.sh("syncq fifo ls -e $URL");
  CHECK(refused.code() == 1);
  CHECK_THAT(refused.err, Contains("does not take the token"));
}

TEST_CASE(
    "the token is in no log, message, argument or command's environment") {
  Sandbox box;
  box.env()["SYNCQ_LOG_LEVEL"] = "debug";
  start_on(box, "127.0.0.1:0");
  const std::string token = box.ok("cat state/token");
  REQUIRE(token.size() == 64);
  const std::string seen = box.ok(
      "syncq run -e $URL q -- sh -c 'env; cat /proc/*/cmdline | tr \"\\0\" "
      "\"\\n\"'; curl -s -u :$(cat state/token)x $URL/fifo; "
      "curl -s -H 'Authorization: Basic Og==' $URL/fifo; cat state/daemon.log; "
      "syncq status; syncq daemon config 2>&1");
  CHECK_THAT(seen, Contains("unauthorized"));
  CHECK_THAT(seen, !Contains(token));
}

TEST_CASE("an address that is taken, or open to all without a token") {
  Sandbox box, other;
  start_on(box, "127.0.0.1:0");
  other.env()["SYNCQ_TCP"] = box.env()["ADDRESS"];
  Outcome taken = other.sh("syncq daemon start");
  CHECK(taken.code() == 1);
  CHECK_THAT(taken.err, Contains("in use") && Contains("--tcp"));
  CHECK_FALSE(exists(other.socket()));
  other.env()["SYNCQ_TCP"] = "0.0.0.0:0";
  other.env()["SYNCQ_TCP_NO_TOKEN"] = "1";
  CHECK(other.sh("syncq daemon run").code() == 2);
  other.env().erase("SYNCQ_TCP");
  other.ok("syncq run q -- true");
}

TEST_CASE("a restart of the daemon loses no turn over TCP") {
  Sandbox box;
  start_on(box, "127.0.0.1:" + std::to_string(free_port()));
  Process held = box.start(
      "exec syncq run -q -e $URL q -- sh -c 'until [ -e end ]; do sleep 0.05; "
      "done; echo held'");
  REQUIRE(eventually([&] { return box.get("/fifo/q")["fifo"]["held"] == 1; }));
  Process next = box.start("exec syncq run -q -e $URL q -- echo next");
  REQUIRE(eventually([&] { return box.waiting("q") == 1; }));
  box.ok("syncq daemon restart");
  CHECK(eventually([&] { return box.waiting("q") == 1; }));
  CHECK(box.get("/fifo/q")["fifo"]["held"] == 1);
  CHECK(next.running());
  write_file(box.path("end"), "");
  CHECK(held.wait().out == "held\n");
  CHECK(next.wait().out == "next\n");
}

TEST_CASE("strangers with long heads use nothing up") {
  Sandbox box;
  start_on(box, "127.0.0.1:0");
  Process crowd = box.start(R"(exec perl -MIO::Socket::INET -e '
    $SIG{PIPE} = "IGNORE";
    my @all = map {
      my $s = IO::Socket::INET->new($ENV{ADDRESS}) or die;
      print $s "GET / HTTP/1.1\r\nX: ", "x" x 30000; $s->flush; $s } 1..900;
    $| = 1; print "there\n"; sleep 1000;')");
  REQUIRE(eventually([&] { return crowd.out() == "there\n"; }));
  Json status = box.get("/status");
  CHECK(status["connections"] < 520);
  CHECK(status["in_flight_bytes"] < 100'000);
  CHECK(box.ok("head -c 200000 /dev/zero | syncq queue push q; "
               "syncq -e $URL queue show q -o json | jq .queue.size") == "1");
}

TEST_CASE("strangers over TCP leave room for this machine's own") {
  Sandbox box;
  box.env()["SYNCQ_TCP"] = "127.0.0.1:0";
  Process daemon = box.start("ulimit -n 64; exec syncq daemon run");
  REQUIRE(eventually([&] { return box.log_count("started:") == 1; }));
  box.env()["ADDRESS"] = box.get("/status")["tcp"][0]["address"];
  Process crowd = box.start(R"(exec perl -MIO::Socket::INET -e '
    my @all = map { IO::Socket::INET->new($ENV{ADDRESS}) } 1..80;
    print { $_ } "GET / HTTP/1.1\r\nX: " for grep defined, @all;
    $_->flush for grep defined, @all;
    $| = 1; print "there\n"; sleep 1000;')");
  REQUIRE(eventually([&] { return crowd.out() == "there\n"; }));
  for (int i = 0; i < 5; ++i) CHECK(box.ok("syncq run q -- echo ran") == "ran");
  CHECK(box.get("/status")["connections"] < 40);
  box.env()["SYNCQ_TOKEN_FILE"] = box.state_dir() + "/token";
  box.ok("syncq -e http://$ADDRESS fifo ls");
  crowd.signal(SIGKILL);
  crowd.wait();
  daemon.signal(SIGTERM);
  CHECK(daemon.wait().code() == 0);
}
