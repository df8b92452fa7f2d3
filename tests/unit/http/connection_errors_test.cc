// Refusals reach the client, even one that goes on sending.

#include "tests/unit/http/connection_fixture.h"

namespace syncq::test {
namespace {

using Catch::Matchers::Contains;

struct Bad {
  std::string bytes;
  int status;
};

TEST_CASE("What can't be read is answered and the connection closed") {
  ConnectionFixture f;
  const Bad bad = GENERATE(values<Bad>({
      {"garbage\r\n\r\n", 400},
      {"GET / HTTP/3.0\r\n\r\n", 505},
      {"GET /" + std::string(9000, 'x') + " HTTP/1.1\r\nHost: x\r\n\r\n", 414},
      {"GET /" + std::string(70'000, 'x'), 414},
      {"GET / HTTP/1.1\r\nHost: x\r\nX: " + std::string(40'000, 'x') +
           "\r\n\r\n",
       431},
      {"PUT /message HTTP/1.1\r\nHost: x\r\nContent-Length: 1000001\r\n\r\n",
       413},
      {"PUT /small HTTP/1.1\r\nHost: x\r\nContent-Length: 65537\r\n\r\n", 413},
      {"PUT /small HTTP/1.1\r\nHost: x\r\nContent-Length: 65537\r\n"
       "Expect: 100-continue\r\n\r\n",
       413},
      {"PUT /small HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "
       "chunked\r\n\r\n11170\r\n" +
           std::string(70'000, 'x') + "\r\n",
       413},
      {"PUT /nowhere HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "
       "chunked\r\n\r\n11170\r\n" +
           std::string(70'000, 'x') + "\r\n",
       413},
      {"PUT /message HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "
       "chunked\r\n\r\nxyz\r\n",
       400},
      {"PUT /message HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "
       "chunked\r\n\r\n3;x=" +
           std::string(70'000, 'x'),
       431},
      {"PUT /message HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "
       "chunked\r\n\r\n0\r\nX: " +
           std::string(70'000, 'x'),
       431},
  }));
  INFO(bad.bytes.substr(0, 100));
  Client client = f.connect();
  auto responses = f.exchange(client, bad.bytes);
  REQUIRE(responses.size() == 1);
  CHECK(responses[0].status == bad.status);
  CHECK_THAT(client.received, Contains("Connection: close\r\n"));
  CHECK_THAT(responses[0].body, Contains("\"error\":\""));
  CHECK(client.at_end);
  CHECK(f.seen.empty());
}

TEST_CASE("Other refusals leave the connection open") {
  ConnectionFixture f;
  Client client = f.connect();
  auto responses = f.exchange(
      client,
      "GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n"
      "POST /echo/x HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nab"
      "GET /echo/x?y=z HTTP/1.1\r\nHost: x\r\n\r\n"
      "GET /echo/x HTTP/1.1\r\nHost: x\r\n\r\n");
  REQUIRE(responses.size() == 4);
  CHECK(responses[0].status == 404);
  CHECK(responses[1].status == 405);
  CHECK(responses[2].status == 400);
  CHECK(responses[3].status == 200);
  CHECK_THAT(client.received, Contains("Allow: GET, HEAD\r\n"));
  CHECK_FALSE(client.at_end);
}

TEST_CASE("A request does not get the route of the one before it") {
  ConnectionFixture f;
  Client client = f.connect();
  auto responses = f.exchange(client,
                              "POST /echo/x HTTP/1.1\r\nHost: x\r\n\r\n"
                              "POST /echo/x HTTP/1.1\r\nHost: x\r\n\r\n"
                              "GET /echo/x HTTP/1.1\r\nHost: x\r\n\r\n"
                              "GET /echo/x HTTP/1.1\r\nHost: x\r\n\r\n"
                              "GET /echo/y HTTP/1.1\r\nHost: x\r\n\r\n"
                              "POST /echo/y HTTP/1.1\r\nHost: x\r\n\r\n"
                              "GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n");
  std::vector<int> statuses;
  for (const Response& each : responses) statuses.push_back(each.status);
  CHECK(statuses == std::vector{405, 405, 200, 200, 200, 405, 404});
  CHECK(f.seen == std::vector<std::string>{"/echo/x", "/echo/x", "/echo/y"});
}

TEST_CASE("Only a wrong method is told which ones there are") {
  ConnectionFixture f;
  Client client = f.connect();
  auto responses =
      f.exchange(client, "GET /message?x=y HTTP/1.1\r\nHost: x\r\n\r\n");
  REQUIRE(responses.size() == 1);
  CHECK(responses[0].status == 400);
  CHECK_THAT(client.received, !Contains("Allow"));
}

TEST_CASE("A method nobody knows here is told which ones there are") {
  ConnectionFixture f;
  Client client = f.connect();
  const std::string method = GENERATE("OPTIONS", "PATCH");
  f.exchange(client, method + " /echo/x HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK_THAT(client.received, Catch::Matchers::StartsWith("HTTP/1.1 405 "));
  CHECK_THAT(client.received, Contains("Allow: GET, HEAD\r\n"));
  CHECK_FALSE(client.at_end);
}

TEST_CASE("The refusal arrives though the client is still sending") {
  ConnectionFixture f;
  Client client = f.connect();
  client.send(
      "PUT /small HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n\r\n");
  for (int i = 0; i < 10; ++i) {
    client.send(std::string(50'000, 'x'));
    f.turn();
  }
  client.read();
  auto responses = parse_responses(client.received);
  REQUIRE(responses.size() == 1);
  CHECK(responses[0].status == 413);
  // For a while longer, input is read and thrown away.
  CHECK(f.connections.size() == 1);
  CHECK(client.send("x") == 1);
  f.now_ += kLinger;
  f.turns(2);
  CHECK(f.connections.size() == 0);
}

TEST_CASE("A client that has read its refusal and closed is forgotten") {
  ConnectionFixture f;
  Client client = f.connect();
  f.exchange(client, "garbage\r\n\r\n");
  client.close();
  f.turns(3);
  CHECK(f.connections.size() == 0);
}

}  // namespace
}  // namespace syncq::test
