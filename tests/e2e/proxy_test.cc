// `syncq run -e URL` through reverse proxies: they may read a request whole
// before they pass it on, and the daemon sees only them.

#include <catch2/catch.hpp>
#include <csignal>
#include <optional>

#include "tests/e2e/harness/sandbox.h"
#include "tests/e2e/harness/whole_request_proxy.h"
#include "tests/skip.h"

using Catch::Matchers::Contains;
using namespace syncq::e2e;

namespace {

std::string url(int port) { return "http://127.0.0.1:" + std::to_string(port); }

// Starts a proxy program; nullopt if it is not installed.
std::optional<Process> start_proxy(Sandbox& box, const std::string& program,
                                   int port, const std::string& script) {
  if (box.sh("PATH=$PATH:/usr/sbin command -v " + program).code() != 0) {
    syncq::skip(program + " is not installed");
    return std::nullopt;
  }
  std::optional<Process> proxy(box.start("export PATH=$PATH:/usr/sbin PORT=" +
                                         std::to_string(port) + "\n" + script));
  REQUIRE(eventually([&] {
    return box.sh("curl -s -o /dev/null " + url(port) + "/status").code() == 0;
  }));
  return proxy;
}

// Turns taken through the proxy: at once, after another's, and one that ends
// with its client.
void take_turns_through(Sandbox& box, int port) {
  box.env()["URL"] = url(port);
  CHECK(box.ok("syncq run -q -e $URL q -- echo at once") == "at once");
  Process holder = box.hold_turn("q");
  Process second = box.start("exec syncq run -q -e $URL q -- echo second");
  REQUIRE(eventually([&] { return box.waiting("q") == 1; }));
  CHECK(second.running());
  box.let_go(holder);
  CHECK(second.wait().out == "second\n");
  CHECK(box.ok("syncq run -q -e $URL --timeout 1m q -- echo timed") == "timed");
  // To the daemon the proxy is a local client, which ends when it notices.
  REQUIRE(eventually([&] { return box.get("/fifo/q")["fifo"]["held"] == 0; }));

  Process held = box.start("exec syncq run -q -e $URL q -- sleep 1000");
  REQUIRE(eventually([&] { return box.get("/fifo/q")["fifo"]["held"] == 1; }));
  held.signal(SIGTERM);
  CHECK(held.wait().signal() == SIGTERM);
  CHECK(eventually([&] { return box.get("/fifo/q")["fifo"]["held"] == 0; }));
}

}  // namespace

TEST_CASE("run takes turns through a proxy that reads whole requests") {
  Sandbox box;
  box.ok("syncq daemon start");
  WholeRequestProxy proxy(box.socket());
  take_turns_through(box, proxy.port());
}

TEST_CASE("a lost answer of hold is asked for again with its ticket") {
  Sandbox box;
  box.ok("syncq daemon start");
  WholeRequestProxy proxy(box.socket());
  box.env()["URL"] = url(proxy.port());
  proxy.lose_answers(1);
  CHECK(box.ok("syncq run -q -e $URL q -- echo free") == "free");

  Process holder = box.hold_turn("q");
  proxy.lose_answers(1);
  Process waiter = box.start("exec syncq run -q -e $URL q -- echo in line");
  REQUIRE(eventually([&] { return box.waiting("q") == 1; }));
  box.let_go(holder);
  CHECK(waiter.wait().out == "in line\n");
  CHECK(eventually([&] { return box.get("/fifo/q")["fifo"]["held"] == 0; }));
}

TEST_CASE("what may be repeated is, for a while, if its answers are lost") {
  Sandbox box;
  box.ok("syncq queue push q message");
  WholeRequestProxy proxy(box.socket());
  box.env()["URL"] = url(proxy.port());
  proxy.lose_answers(3);
  CHECK(box.ok("syncq -e $URL queue peek q") == "message");
  constexpr int kAll = 1'000'000;
  proxy.lose_answers(kAll);
  Outcome given_up = box.sh("syncq -e $URL queue peek q");
  CHECK(given_up.code() == 69);
  CHECK_THAT(given_up.err, Contains("if it does not come back"));
}

TEST_CASE("run takes turns through nginx") {
  Sandbox box;
  box.ok("syncq daemon start");
  int port = free_port();
  auto proxy = start_proxy(box, "nginx", port, R"sh(
    mkdir -p nginx
    cat > nginx/conf <<END
    daemon off;
    master_process off;
    pid $PWD/nginx/pid;
    error_log $PWD/nginx/error;
    events {}
    http {
      access_log off;
      client_body_temp_path $PWD/nginx/body;
      proxy_temp_path $PWD/nginx/proxy;
      fastcgi_temp_path $PWD/nginx/fastcgi;
      uwsgi_temp_path $PWD/nginx/uwsgi;
      scgi_temp_path $PWD/nginx/scgi;
      server {
        listen 127.0.0.1:$PORT;
        location / { proxy_pass http://unix:$PWD/s:; }
      }
    }
END
    exec nginx -p $PWD/nginx -c $PWD/nginx/conf)sh");
  if (proxy) take_turns_through(box, port);
}

TEST_CASE("run takes turns through haproxy") {
  Sandbox box;
  box.ok("syncq daemon start");
  int port = free_port();
  auto proxy = start_proxy(box, "haproxy", port, R"sh(
    cat > haproxy.cfg <<END
defaults
  mode http
  option http-buffer-request
  option abortonclose
  timeout connect 10s
  timeout client 1h
  timeout server 1h
  timeout http-request 10s
listen syncq
  bind 127.0.0.1:$PORT
  server daemon unix@$PWD/s
END
    exec haproxy -f haproxy.cfg)sh");
  if (proxy) take_turns_through(box, port);
}
