// The recipe of docs/remote/nginx.conf: nginx with TLS in front of a daemon
// that listens on TCP.

#include <catch2/catch.hpp>
#include <csignal>

#include "tests/e2e/harness/eventually.h"
#include "tests/e2e/harness/sandbox.h"
#include "tests/e2e/harness/tested_build.h"
#include "tests/e2e/harness/whole_request_proxy.h"
#include "tests/skip.h"

using namespace syncq::e2e;

namespace {

// The recipe with this test's ports and files, in a configuration that needs no
// other rights than the test's own.
const std::string kNginx = R"(
  mkdir nginx
  openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=build1.example \
    -addext subjectAltName=DNS:build1.example -keyout key -out cert 2>/dev/null
  { echo "daemon off; master_process off; pid $PWD/nginx/pid;"
    echo "error_log $PWD/nginx/error; events {}"
    echo "http { access_log off;"
    for each in client_body proxy fastcgi uwsgi scgi; do
      echo "${each}_temp_path $PWD/nginx/$each;"
    done
    sed "s,listen 443,listen 127.0.0.1:$PORT,
         s,127.0.0.1:7077,$ADDRESS,
         s,/etc/ssl/certs/build1.pem,$PWD/cert,
         s,/etc/ssl/private/build1.key,$PWD/key," "$RECIPE"
    echo "}"; } >nginx/conf
  PATH=$PATH:/usr/sbin exec nginx -c $PWD/nginx/conf -e $PWD/nginx/error
)";

}  // namespace

TEST_CASE("nginx with TLS in front, as docs/remote.md has it") {
  Sandbox box;
  if (box.sh("PATH=$PATH:/usr/sbin; command -v nginx && command -v openssl")
          .code() != 0) {
    syncq::skip("nginx or openssl is not installed");
    return;
  }
  box.env()["SYNCQ_TCP"] = "127.0.0.1:0";
  box.env()["SYNCQ_ALLOW_HOST"] = "build1.example";
  box.ok("syncq daemon start");
  const std::string port = std::to_string(free_port());
  box.env()["PORT"] = port;
  box.env()["ADDRESS"] = box.get("/status")["tcp"][0]["address"];
  box.env()["RECIPE"] = source_file("docs/remote/nginx.conf");
  box.env()["URL"] = "https://build1.example:" + port;
  Process nginx = box.start(kNginx);
  const std::string ask =
      "curl -s --cacert cert --resolve build1.example:$PORT:127.0.0.1 "
      "-o /dev/null -w '%{http_code}' ";
  const std::string with_token = ask + "-u :$(cat state/token) ";
  REQUIRE(
      eventually([&] { return box.sh(ask + "$URL/version").out == "401"; }));
  CHECK(box.ok(with_token + "$URL/version") == "200");
  CHECK(box.ok(with_token + "-H \"Origin: $URL\" $URL/version") == "200");
  CHECK(box.ok(with_token + "-H 'Origin: https://evil.example' $URL/version") ==
        "403");
  CHECK(box.ok(with_token + "-H 'Host: evil.example' $URL/version") == "403");
  CHECK(box.ok("head -c 3000000 /dev/zero >message; " + with_token +
               "-T message $URL/queues/q") == "201");

  // The grant comes at once, though the stream goes on.
  Process held = box.start(
      "exec curl -sN --cacert cert --resolve build1.example:$PORT:127.0.0.1 "
      "-u :$(cat state/token) -X POST $URL/fifo/q/hold?create=true");
  CHECK(eventually([&] {
    return held.out().find("\"event\":\"grant\"") != std::string::npos;
  }));
  // Its end alone would free the turn only after a while.
  const std::string grant = lines_of(held.out()).back();
  CHECK(box.ok(with_token + "-X POST $URL/fifo/q/done/" +
               Json::parse(grant)["ticket"].get<std::string>()) == "200");
  CHECK(eventually([&] { return !held.running(); }));
  CHECK(box.get("/fifo/q")["fifo"]["held"] == 0);
  nginx.signal(SIGTERM);
  nginx.wait();
}
