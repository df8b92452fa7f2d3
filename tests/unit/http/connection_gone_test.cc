// Clients that leave, and clients that do not read.

#include "tests/unit/http/connection_fixture.h"

namespace syncq::test {
namespace {

TEST_CASE("The end of a parked caller's connection is told at once") {
  ConnectionFixture f;
  Client client = f.connect();
  client.send(get("/park"));
  f.turns(2);
  REQUIRE(f.parked.size() == 1);
  CHECK(f.connections.alive(f.parked[0]));
  SECTION("closed") { client.close(); }
  SECTION("closed behind more requests") {
    client.send(get("/echo/a") + get("/park"));
    client.close();
  }
  SECTION("shut down") { client.shut(); }
  CHECK_FALSE(f.connections.alive(f.parked[0]));
  f.turns(2);
  CHECK(f.gone == f.parked);
  CHECK(f.connections.size() == 0);
  CHECK(f.seen.size() == 1);
  // Too late: nobody is there.
  f.connections.notify(f.parked[0], kTurn);
  f.turn();
}

TEST_CASE("A request that is incomplete when its client leaves is nothing") {
  ConnectionFixture f;
  Client client = f.connect();
  client.send(
      "PUT /message HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf");
  f.turn();
  client.close();
  f.turns(2);
  CHECK(f.connections.size() == 0);
  CHECK(f.gone.empty());
}

TEST_CASE("Answers to a client that has gone are dropped") {
  ConnectionFixture f;
  Client client = f.connect();
  client.send(get("/big") + get("/big"));
  client.close();
  f.turns(4);
  CHECK(f.connections.size() == 0);
}

TEST_CASE("A client that does not read has a bounded amount to come") {
  ConnectionFixture f;
  Client client = f.connect();
  std::string bytes;
  for (int i = 0; i < 20'000; ++i) bytes += get("/big");
  CHECK_FALSE(f.push(client, bytes));
  std::size_t handled = f.seen.size();
  // What the socket holds, what libuv writes, and what waits behind it.
  CHECK(handled <= 5);
  f.turns(20);
  CHECK(f.seen.size() == handled);
  // It goes on when the client does.
  for (int i = 0; i < 50; ++i) {
    client.read();
    f.turn();
  }
  CHECK(f.seen.size() > handled);
}

TEST_CASE("Behind a parked request only so much is read") {
  ConnectionFixture f;
  Client client = f.connect();
  client.send(get("/park"));
  f.turn();
  std::string bytes(4'000'000, 'x');
  CHECK_FALSE(f.push(client, bytes));
  // Its end is seen even so.
  client.close();
  CHECK_FALSE(f.connections.alive(f.parked[0]));
}

TEST_CASE("A caller's end is noticed within a second, whatever lies unread") {
  ConnectionFixture f;
  Client client = f.connect();
  const std::string head = "POST /stream HTTP/1.1\r\nHost: x\r\n";
  SECTION("behind a call that waits") {
    client.send(get("/park"));
    f.turn();
    CHECK_FALSE(f.push(client, std::string(4'000'000, 'x')));
  }
  SECTION("behind a stream whose request has ended") {
    client.send(head + "Content-Length: 0\r\n\r\n");
    f.turn();
    CHECK_FALSE(f.push(client, std::string(4'000'000, 'x')));
  }
  SECTION("lines that it never read") {
    client.send(head + "Content-Length: 0\r\n\r\n");
    f.turn();
    for (int i = 0; i < 100'000; ++i) {
      f.connections.notify(f.parked[0], kTurn);
    }
    f.turns(2);
    SECTION("closed") {}
    SECTION("and half closed") { client.shut(); }
  }
  REQUIRE(f.parked.size() == 1);
  CHECK(f.gone.empty());
  f.now_ += 1s;
  f.turn();
  CHECK(f.gone.empty() == f.connections.alive(f.parked[0]));
  client.close();
  f.now_ += 1s;
  f.turns(2);
  CHECK(f.gone == f.parked);
  CHECK(f.connections.size() == 0);
}

TEST_CASE("A position in line is not kept for a client that does not read") {
  ConnectionFixture f;
  Client client = f.connect();
  client.send("POST /stream HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
  f.turns(2);
  REQUIRE(f.parked.size() == 1);
  for (int i = 0; i < 100'000; ++i) {
    f.connections.notify(f.parked[0], PositionInLine{});
    if (i % 10 == 0) f.turn();
  }
  f.connections.notify(f.parked[0], kTurn);
  f.drain(client);
  CHECK(client.received.size() < 2'000'000);
  // What matters is not dropped.
  CHECK_THAT(client.received, Catch::Matchers::EndsWith("grant\n\r\n"));
}

}  // namespace
}  // namespace syncq::test
