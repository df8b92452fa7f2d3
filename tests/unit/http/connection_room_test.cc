// How much may be under way, and how long.

#include "tests/unit/http/connection_fixture.h"

namespace syncq::test {
namespace {

std::string put(std::size_t size) {
  return "PUT /message HTTP/1.1\r\nHost: x\r\nContent-Length: " +
         std::to_string(size) + "\r\n\r\n";
}

int only_status(Client& client) {
  client.read();
  auto responses = parse_responses(client.received);
  REQUIRE(responses.size() == 1);
  return responses[0].status;
}

// Lets `count` uploads of 912,000 bytes begin.
std::vector<Client> uploads(ConnectionFixture& f, int count) {
  std::vector<Client> all;
  for (int i = 0; i < count; ++i) {
    all.push_back(f.connect());
    all.back().send(put(912'000) + "begun");
  }
  f.turns(3);
  return all;
}

TEST_CASE("A body that many read at once is held once") {
  ConnectionFixture f;
  std::vector<Client> readers;
  for (int i = 0; i < 40; ++i) {
    readers.push_back(f.connect());
    readers.back().send(get("/big"));
    f.turn();
  }
  CHECK(f.seen.size() == 40);
  CHECK(f.in_flight_.used() < 1'100'000);
  for (Client& reader : readers) {
    f.drain(reader);
    auto responses = parse_responses(reader.received);
    REQUIRE(responses.size() == 1);
    CHECK(responses[0].body == std::string(1'000'000, 'x'));
  }
  CHECK(f.in_flight_.used() == 0);
}

TEST_CASE("Past the bound large bodies wait, and small ones do not") {
  ConnectionFixture f;
  auto all = uploads(f, 12);
  // An eighth is for the small.
  CHECK(f.in_flight_.used() <= 7 * 1024 * 1024);
  CHECK(f.in_flight_.used() > 6 * 1024 * 1024);
  Client small = f.connect();
  CHECK(f.exchange(small, put(5) + "small").size() == 1);
  Client reader = f.connect();
  CHECK(f.exchange(reader, get("/big")).empty());
  Client polite = f.connect();
  f.exchange(polite,
             "PUT /message HTTP/1.1\r\nHost: x\r\nContent-Length: 912000\r\n"
             "Expect: 100-continue\r\n\r\n");
  CHECK(polite.received == "");
  SECTION("and go on when there is room") {
    for (Client& each : all) each.close();
    f.turns(2);
    f.now_ += 1s;
    f.drain(reader);
    f.drain(polite);
    CHECK(only_status(reader) == 200);
    CHECK(polite.received == "HTTP/1.1 100 Continue\r\n\r\n");
  }
  SECTION("but not for ever") {
    for (int i = 0; i < 12; ++i) {
      f.now_ += 1s;
      f.turns(2);
    }
    CHECK(only_status(reader) == 503);
    CHECK(only_status(polite) == 503);
    CHECK(only_status(all.back()) == 503);
    CHECK(only_status(small) == 201);
  }
}

TEST_CASE("A body of unknown length is refused when it gets too large") {
  ConnectionFixture f;
  auto all = uploads(f, 7);
  std::vector<Client> chunked;
  for (int i = 0; i < 4; ++i) {
    Client& client = chunked.emplace_back(f.connect());
    f.push(
        client,
        "PUT /message HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        "dbba0\r\n" +
            std::string(890'000, 'x'));
  }
  f.turns(10);
  int refused = 0;
  for (Client& client : chunked) {
    client.read();
    refused += client.received.empty() ? 0 : 1;
  }
  CHECK(refused > 0);
  CHECK(f.in_flight_.used() <= 8 * 1024 * 1024 + 100'000);
}

TEST_CASE("A request that stalls is answered with 408 and closed") {
  ConnectionFixture f;
  Client client = f.connect();
  const std::string begun =
      GENERATE(as<std::string>{}, put(912'000) + "begun", "GET /echo",
               "PUT /message HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "
               "chunked\r\n\r\n5\r\nab");
  f.exchange(client, begun);
  f.now_ += 29s;
  f.turns(2);
  CHECK(client.received == "");
  client.send("x");
  f.turn();
  f.now_ += 2s;
  f.turns(2);
  CHECK(only_status(client) == 408);
  CHECK_THAT(client.received, Catch::Matchers::Contains("Connection: close"));
  f.drain(client);
  CHECK(client.at_end);
  CHECK(f.in_flight_.used() == 0);
}

TEST_CASE("A request that goes on, if slowly, is not cut off") {
  ConnectionFixture f;
  Client client = f.connect();
  client.send(put(900'000));
  for (int i = 0; i < 9; ++i) {
    f.push(client, std::string(100'000, 'x'));
    f.now_ += 29s;
    f.turns(2);
  }
  f.drain(client);
  CHECK(only_status(client) == 201);
  // Nor is a client that has asked for nothing.
  f.now_ += 1h;
  f.turns(2);
  CHECK_FALSE(client.at_end);
}

TEST_CASE("A daemon that ends lets clients read what is under way") {
  ConnectionFixture f;
  Client reader = f.connect();
  Client idle = f.connect();
  Client sending = f.connect();
  Client asking = f.connect();
  reader.send(get("/big") + get("/echo/behind"));
  sending.send(put(100) + "begun");
  f.turns(2);
  asking.send(get("/echo/late"));
  f.going_down = true;
  f.connections.drain();
  CHECK(f.connections.unsent() > 500'000);
  f.turns(2);
  for (Client* client : {&idle, &sending, &asking}) client->read();
  CHECK(idle.at_end);
  CHECK(only_status(sending) == 503);
  CHECK(only_status(asking) == 503);
  f.drain(reader);
  auto responses = parse_responses(reader.received);
  REQUIRE(responses.size() >= 1);
  CHECK(responses[0].body.size() == 1'000'000);
  CHECK(f.connections.unsent() == 0);
  f.now_ += kLinger;
  f.turns(2);
  CHECK(f.connections.size() == 0);
}

TEST_CASE("The body of a stream may pause for as long as it likes") {
  ConnectionFixture f;
  Client client = f.connect();
  f.exchange(
      client,
      "POST /stream HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
  f.now_ += 1h;
  f.turns(2);
  client.read();
  CHECK_FALSE(client.at_end);
  CHECK(f.gone.empty());
}

}  // namespace
}  // namespace syncq::test
