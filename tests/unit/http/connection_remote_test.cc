// Connections over TCP, whose every request has to be admitted.

#include "tests/unit/http/connection_fixture.h"

namespace syncq::test {
namespace {

const std::string kRight = "Authorization: Bearer right\r\n";

std::string remote_request(const std::string& line,
                           const std::string& fields = "",
                           const std::string& body = "") {
  return line + " HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n" + body;
}

class RemoteFixture : public ConnectionFixture {
 public:
  RemoteFixture() { peer.remote = true; }
};

TEST_CASE_METHOD(RemoteFixture,
                 "Each request of a kept connection is looked at") {
  Client client = connect();
  auto answers = exchange(client, remote_request("GET /echo/a", kRight) +
                                      remote_request("GET /echo/b", kRight) +
                                      remote_request("GET /echo/c") +
                                      remote_request("GET /echo/d", kRight));
  REQUIRE(answers.size() == 3);
  CHECK(answers[0].status == 200);
  CHECK(answers[1].status == 200);
  CHECK(answers[2].status == 401);
  CHECK(client.at_end);
  CHECK(seen == std::vector<std::string>{"/echo/a", "/echo/b"});
  CHECK(client.received.find("WWW-Authenticate: Bearer") !=
        client.received.npos);
}

TEST_CASE_METHOD(RemoteFixture,
                 "Nothing is read of a body that is not let in") {
  Client client = connect();
  push(client,
       remote_request("PUT /message",
                      "Content-Length: 900000\r\nExpect: 100-continue\r\n"));
  drain(client);
  CHECK(client.received.starts_with("HTTP/1.1 401"));
  CHECK(client.at_end);
}

TEST_CASE_METHOD(RemoteFixture, "No stream begins for a stranger") {
  Client client = connect();
  auto answers = exchange(
      client, remote_request("POST /stream", "Transfer-Encoding: chunked\r\n"));
  REQUIRE(answers.size() == 1);
  CHECK(answers[0].status == 401);
  CHECK(parked.empty());
}

TEST_CASE_METHOD(RemoteFixture, "A local client needs no token") {
  peer.remote = false;
  Client client = connect();
  CHECK(exchange(client, remote_request("GET /echo/a"))[0].status == 200);
}

}  // namespace
}  // namespace syncq::test
