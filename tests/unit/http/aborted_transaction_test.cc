// An aborted transaction, as its clients see it: each answer becomes the error,
// nothing was promised, and the next transaction works.

#include "tests/unit/http/connection_fixture.h"

namespace syncq::test {
namespace {

const std::string kWrite = "POST /write HTTP/1.1\r\nHost: x\r\n\r\n";
const std::string kFail = "POST /fail HTTP/1.1\r\nHost: x\r\n\r\n";
const std::string kStream =
    "POST /stream HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";

std::vector<int> statuses(Client& client) {
  std::vector<int> all;
  std::string rest;
  for (const auto& response : parse_responses(client.received, &rest)) {
    all.push_back(response.status);
  }
  CHECK(rest == "");
  return all;
}

TEST_CASE(
    "A commit that fails turns all answers of the transaction into errors") {
  ConnectionFixture f;
  Client writer = f.connect();
  Client reader = f.connect();
  Client waiter = f.connect();
  waiter.send(get("/park"));
  f.turns(2);
  f.disk.fails = true;
  writer.send(kWrite + kWrite);
  reader.send(get("/echo/x"));
  f.connections.notify(f.parked[0], kTurn);
  f.turn();
  for (Client* client : {&writer, &reader, &waiter}) client->read();
  CHECK(statuses(writer) == std::vector{507, 507});
  CHECK(statuses(reader) == std::vector{507});
  CHECK(statuses(waiter) == std::vector{507});

  // Once the cause is gone all of them go on, on the same connections.
  f.disk.fails = false;
  for (Client* client : {&writer, &reader, &waiter}) {
    client->received.clear();
    f.exchange(*client, kWrite);
    CHECK(statuses(*client) == std::vector{200});
  }
}

TEST_CASE("A sync that fails lets no answer out, not even to those who wait") {
  ConnectionFixture f;
  Client writer = f.connect();
  Client waiter = f.connect();
  waiter.send(get("/park"));
  f.turns(2);
  f.disk.sync_fails = true;
  writer.send(kWrite + kWrite);
  f.connections.notify(f.parked[0], kTurn);
  f.turns(2);
  f.connections.close_all();
  f.turns(2);
  for (Client* client : {&writer, &waiter}) {
    client->read();
    CHECK(client->received == "");
    CHECK(client->at_end);
  }
}

TEST_CASE("Work that fails takes the answers before it along, not after") {
  ConnectionFixture f;
  Client client = f.connect();
  f.exchange(client, kWrite + get("/echo/x") + kFail + kWrite);
  CHECK(statuses(client) == std::vector{507, 507, 507, 200});
  CHECK(f.lost == 1);
}

// As on a full disk, where each write fails.
TEST_CASE("A client answered with an error keeps it through a second abort") {
  ConnectionFixture f;
  std::vector<Client> clients;
  for (int i = 0; i < 4; ++i) clients.push_back(f.connect());
  clients[0].send(get("/echo/x"));
  for (std::size_t i = 1; i < 4; ++i) clients[i].send(kFail + kFail);
  f.turns(3);
  for (Client& client : clients) client.read();
  CHECK(statuses(clients[0]) == std::vector{507});
  for (std::size_t i = 1; i < 4; ++i) {
    CHECK(statuses(clients[i]) == std::vector{507, 507});
  }
}

TEST_CASE("Answers of an earlier transaction stay what they were") {
  ConnectionFixture f;
  Client client = f.connect();
  // More than the socket takes at once.
  f.push(client, get("/big"));
  f.disk.fails = true;
  f.push(client, kWrite);
  f.drain(client);
  CHECK(statuses(client) == std::vector{200, 507});
}

TEST_CASE("Requests that had to wait for an aborted answer are not forgotten") {
  ConnectionFixture f;
  Client client = f.connect();
  f.disk.fails = f.disk.wrote = true;
  std::string bytes;
  for (int i = 0; i < 10; ++i) bytes += get("/big");
  client.send(bytes + get("/echo/last"));
  f.turn();
  f.disk.fails = false;
  f.drain(client);
  auto responses = parse_responses(client.received);
  REQUIRE(responses.size() == 11);
  CHECK(responses.front().status == 507);
  CHECK(responses.back().body == "last");
}

TEST_CASE("A stream that began in an aborted transaction never began") {
  ConnectionFixture f;
  Client client = f.connect();
  f.disk.fails = f.disk.wrote = true;
  client.send(kStream);
  f.turns(2);
  f.drain(client);
  CHECK(statuses(client) == std::vector{507});
  CHECK(client.at_end);
  f.disk.fails = false;
  f.connections.notify(f.parked[0], kTurn);
  f.turns(2);
  client.read();
  CHECK(statuses(client) == std::vector{507});
}

TEST_CASE("A stream that began and ended in an aborted transaction, too") {
  ConnectionFixture f;
  Client client = f.connect();
  client.send("POST /stream HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
  f.disk.fails = f.disk.wrote = true;
  f.on_turn = [&] { f.connections.notify(f.parked[0], kOver); };
  f.turn();
  f.on_turn = nullptr;
  f.disk.fails = false;
  f.drain(client);
  CHECK(statuses(client) == std::vector{507});
}

TEST_CASE("A line that was aborted ends its stream, with the reason") {
  ConnectionFixture f;
  Client client = f.connect();
  const std::string open =
      GENERATE(as<std::string>{}, kStream,
               "POST /stream HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
  const Notice notice = GENERATE(as<Notice>{}, kTurn, kOver, News{"", true});
  f.exchange(client, open);
  f.disk.fails = f.disk.wrote = true;
  f.connections.notify(f.parked[0], notice);
  f.turn();
  f.disk.fails = false;
  f.drain(client);
  std::string rest;
  auto responses = parse_responses(client.received, &rest);
  REQUIRE(responses.size() == 1);
  CHECK(rest == "");
  CHECK_THAT(responses[0].body,
             Catch::Matchers::StartsWith("first\n{\"event\":\"ended\","));
  CHECK_THAT(responses[0].body, Catch::Matchers::Contains("store_full"));
  CHECK(client.at_end);
  // A caller that was not at its end leaves the line at once.
  bool ended = !std::holds_alternative<Granted>(notice);
  CHECK(f.gone.size() == (ended ? 0 : 1));
  f.connections.notify(f.parked[0], kTurn);
  f.turns(2);
  client.read();
  CHECK(parse_responses(client.received, &rest).size() == 1);
  CHECK(rest == "");
}

TEST_CASE("A position in line that was aborted does not end its stream") {
  ConnectionFixture f;
  Client client = f.connect();
  f.exchange(client, kStream);
  f.disk.fails = f.disk.wrote = true;
  f.connections.notify(f.parked[0], PositionInLine{});
  f.turn();
  f.disk.fails = false;
  f.connections.notify(f.parked[0], kTurn);
  f.drain(client);
  CHECK_THAT(client.received,
             Catch::Matchers::EndsWith("first\n\r\n6\r\ngrant\n\r\n"));
  CHECK(f.gone.empty());
}

TEST_CASE("Leave to send the body is given in an aborted transaction as well") {
  ConnectionFixture f;
  Client client = f.connect();
  f.disk.fails = f.disk.wrote = true;
  client.send(
      "PUT /message HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
      "Content-Length: 5\r\n\r\n");
  f.turn();
  f.disk.fails = false;
  f.drain(client);
  CHECK(client.received == "HTTP/1.1 100 Continue\r\n\r\n");
}

}  // namespace
}  // namespace syncq::test
