#include "tests/unit/http/connection_fixture.h"

namespace syncq::test {
namespace {

const std::vector<std::pair<std::string, std::string>>& samples() {
  static const std::vector<std::pair<std::string, std::string>> all = {
      {get("/echo/hello"), "hello"},
      {"PUT /message HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello",
       "hello"},
      {"PUT /message HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
       "2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n",
       "hello"},
      {"POST /write HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n",
       "written"},
      {"PUT /small HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nok", "ok"},
  };
  return all;
}

TEST_CASE("Requests that come byte by byte are answered each") {
  ConnectionFixture f;
  Client client = f.connect();
  std::size_t answered = 0;
  for (const auto& [bytes, body] : samples()) {
    for (char byte : bytes) {
      CHECK(parse_responses(client.received).size() == answered);
      REQUIRE(client.send(std::string(1, byte)) == 1);
      f.turn();
      client.read();
    }
    f.drain(client);
    auto responses = parse_responses(client.received);
    REQUIRE(responses.size() == ++answered);
    CHECK(responses.back().body == body);
  }
  CHECK_FALSE(client.at_end);
}

TEST_CASE("Requests in one piece are answered in their order") {
  ConnectionFixture f;
  Client client = f.connect();
  std::string bytes;
  for (int round = 0; round < 3; ++round) {
    for (const auto& sample : samples()) bytes += sample.first;
  }
  auto responses = f.exchange(client, bytes);
  REQUIRE(responses.size() == 3 * samples().size());
  for (std::size_t i = 0; i < responses.size(); ++i) {
    CHECK(responses[i].body == samples()[i % samples().size()].second);
  }
}

TEST_CASE("A client that sends much at once has a fair share of an iteration") {
  ConnectionFixture f;
  Client greedy = f.connect();
  Client modest = f.connect();
  std::string bytes;
  for (int i = 0; i < 1000; ++i) bytes += get("/echo/greedy");
  greedy.send(bytes);
  modest.send(get("/echo/modest"));
  f.turn();
  modest.read();
  CHECK(parse_responses(modest.received).size() == 1);
  CHECK(f.seen.size() < 80);
  // The rest comes without another byte.
  f.drain(greedy);
  CHECK(parse_responses(greedy.received).size() == 1000);
}

TEST_CASE("Large answers and bodies use up a share as well") {
  ConnectionFixture f;
  Client client = f.connect();
  std::size_t most = 0;
  SECTION("answers") {
    client.send(get("/big") + get("/big"));
    f.turn();
    CHECK(f.seen.size() == 1);
  }
  SECTION("bodies") {
    std::string bytes;
    for (int i = 0; i < 100; ++i) {
      bytes +=
          "PUT /message HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n" +
          std::string(60'000, 'x');
    }
    while (std::size_t sent = client.send(bytes)) {
      bytes.erase(0, sent);
      std::size_t before = client.received.size();
      f.turn();
      client.read();
      most = std::max(most, client.received.size() - before);
    }
    CHECK(most > 0);
    CHECK(most < 200'000);
  }
}

TEST_CASE("In a crowd nobody waits, but calls are answered") {
  ConnectionFixture f;
  f.is_crowded = true;
  Client waiter = f.connect();
  auto responses = f.exchange(waiter, get("/park"));
  REQUIRE(responses.size() == 1);
  CHECK(responses[0].status == 503);
  CHECK_THAT(responses[0].body, Catch::Matchers::Contains("too_many_callers"));
  CHECK(waiter.at_end);
  CHECK(f.parked.empty());
  Client stream = f.connect();
  responses = f.exchange(
      stream,
      "POST /stream HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
  REQUIRE(responses.size() == 1);
  CHECK(responses[0].status == 503);
  CHECK(stream.at_end);
  Client caller = f.connect();
  CHECK(f.exchange(caller, get("/echo/x")).size() == 1);
}

TEST_CASE("To make room the idle are closed, the oldest first") {
  ConnectionFixture f;
  Client fresh = f.connect();
  Client answered = f.connect();
  Client parked = f.connect();
  Client half = f.connect();
  Client asking = f.connect();
  Client late = f.connect();
  f.exchange(answered, get("/echo/x"));
  f.exchange(parked, get("/park"));
  f.exchange(half, "GET /echo");
  asking.send(get("/echo/x"));
  f.connections.close_idle(2);
  f.turns(2);
  for (Client* client : {&fresh, &answered, &parked, &half, &asking, &late}) {
    client->read();
    CHECK(client->at_end == (client == &fresh || client == &answered));
  }
  CHECK(parse_responses(asking.received).size() == 1);
}

TEST_CASE("A thousand requests in one write are answered in their order") {
  ConnectionFixture f;
  Client client = f.connect();
  std::string bytes;
  for (int i = 0; i < 1000; ++i) bytes += get("/echo/" + std::to_string(i));
  auto responses = f.exchange(client, bytes);
  REQUIRE(responses.size() == 1000);
  for (std::size_t i = 0; i < 1000; ++i) {
    CHECK(responses[i].body == std::to_string(i));
  }
}

TEST_CASE("Large answers to many requests in one write all arrive") {
  ConnectionFixture f;
  Client client = f.connect();
  std::string bytes;
  for (int i = 0; i < 20; ++i) bytes += get("/big");
  auto responses = f.exchange(client, bytes + get("/echo/last"));
  REQUIRE(responses.size() == 21);
  CHECK(responses.back().body == "last");
}

TEST_CASE("Requests behind a parked one wait for its answer") {
  ConnectionFixture f;
  Client client = f.connect();
  std::string bytes = get("/park");
  for (int i = 0; i < 100; ++i) bytes += get("/echo/" + std::to_string(i));
  CHECK(f.exchange(client, bytes + get("/park")).empty());
  CHECK(f.seen.size() == 1);
  f.connections.notify(f.parked[0], kTurn);
  f.drain(client);
  auto responses = parse_responses(client.received);
  REQUIRE(responses.size() == 101);
  CHECK(responses[0].body == "your turn");
  CHECK(responses[100].body == "99");
  // The second one is parked in its turn, and answered too.
  REQUIRE(f.parked.size() == 2);
  f.connections.notify(f.parked[1], kOver);
  f.drain(client);
  CHECK(parse_responses(client.received).back().status == 410);
  CHECK(f.gone.empty());
}

TEST_CASE("No answer leaves before the commit") {
  ConnectionFixture f;
  Client client = f.connect();
  client.send("POST /write HTTP/1.1\r\nHost: x\r\n\r\n");
  f.turn();
  client.read();
  CHECK(f.disk.syncs == 1);
  CHECK(parse_responses(client.received).size() == 1);
}

TEST_CASE("HTTP/1.0 is answered and closed, even if it asks to stay") {
  ConnectionFixture f;
  Client client = f.connect();
  auto responses = f.exchange(client, "GET /echo/x HTTP/1.0\r\n\r\n");
  REQUIRE(responses.size() == 1);
  CHECK(client.at_end);

  Client staying = f.connect();
  f.exchange(staying, "GET /echo/x HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  CHECK_THAT(staying.received,
             Catch::Matchers::Contains("Connection: close\r\n"));
  CHECK(staying.at_end);
}

TEST_CASE("Connection: close is answered so and closed") {
  ConnectionFixture f;
  Client client = f.connect();
  auto responses = f.exchange(
      client, "GET /echo/x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n" +
                  get("/echo/never"));
  REQUIRE(responses.size() == 1);
  CHECK_THAT(client.received,
             Catch::Matchers::Contains("Connection: close\r\n"));
  CHECK(client.at_end);
  CHECK(f.seen.size() == 1);
}

TEST_CASE("A client that asks first gets leave to send the body") {
  ConnectionFixture f;
  Client client = f.connect();
  std::string head =
      "PUT /message HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
      "Content-Length: 5\r\n\r\n";
  f.push(client, head);
  f.drain(client);
  CHECK(client.received == "HTTP/1.1 100 Continue\r\n\r\n");
  auto responses = f.exchange(client, "hello");
  REQUIRE(responses.size() == 1);
  CHECK(responses[0].body == "hello");
}

TEST_CASE("A client that closes its side has its requests answered") {
  ConnectionFixture f;
  Client client = f.connect();
  client.send(get("/echo/a") + get("/echo/b"));
  client.shut();
  f.drain(client);
  CHECK(parse_responses(client.received).size() == 2);
  CHECK(client.at_end);
  CHECK(f.connections.size() == 0);

  // More than one iteration's worth, too.
  Client much = f.connect();
  std::string bytes;
  for (int i = 0; i < 8; ++i) bytes += get("/big");
  much.send(bytes);
  much.shut();
  f.drain(much);
  CHECK(parse_responses(much.received).size() == 8);
  CHECK(much.at_end);
}

TEST_CASE("A daemon going down takes no more requests") {
  ConnectionFixture f;
  Client client = f.connect();
  f.going_down = true;
  auto responses = f.exchange(client, get("/echo/a") + get("/echo/b"));
  REQUIRE(responses.size() == 1);
  CHECK(responses[0].status == 503);
  CHECK(client.at_end);
}

}  // namespace
}  // namespace syncq::test
