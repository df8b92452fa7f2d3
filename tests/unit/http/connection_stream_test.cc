// Streams, and the body that is read while they last.

#include "tests/unit/http/connection_fixture.h"

namespace syncq::test {
namespace {

const std::string kOpen =
    "POST /stream HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
const std::string kClosed =
    "POST /stream HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n";

TEST_CASE("A stream's lines come as they are told") {
  ConnectionFixture f;
  Client client = f.connect();
  f.exchange(client, kOpen);
  CHECK_THAT(client.received, Catch::Matchers::EndsWith("6\r\nfirst\n\r\n"));
  f.connections.notify(f.parked[0], PositionInLine{});
  f.drain(client);
  CHECK_THAT(client.received, Catch::Matchers::EndsWith("6\r\nplace\n\r\n"));
  f.connections.notify(f.parked[0], kTurn);
  f.connections.notify(f.parked[0], kOver);
  f.drain(client);
  auto responses = parse_responses(client.received);
  REQUIRE(responses.size() == 1);
  CHECK(responses[0].body == "first\nplace\ngrant\nover\n");
  // Its request has no end yet: no other can come behind it.
  CHECK(client.at_end);
  CHECK(f.gone.empty());
}

TEST_CASE("Behind a stream whose request has ended comes the next one") {
  ConnectionFixture f;
  Client client = f.connect();
  f.exchange(client, kClosed + "GET /echo/next HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(f.seen.empty());
  f.connections.notify(f.parked[0], kOver);
  f.drain(client);
  auto responses = parse_responses(client.received);
  REQUIRE(responses.size() == 2);
  CHECK(responses[0].body == "first\nover\n");
  CHECK(responses[1].body == "next");
  CHECK_FALSE(client.at_end);
}

TEST_CASE("Framing of a stream's body that never ends is refused") {
  ConnectionFixture f;
  Client client = f.connect();
  const std::string framing = GENERATE(as<std::string>{}, "3;x=", "0\r\nX: ");
  f.exchange(client, kOpen + framing);
  f.push(client, std::string(200'000, 'x'));
  f.drain(client);
  CHECK_THAT(client.received, Catch::Matchers::Contains("head_too_large"));
  CHECK(client.at_end);
  CHECK(f.gone == f.parked);
}

TEST_CASE("The body of a stream is read as it comes") {
  ConnectionFixture f;
  Client client = f.connect();
  f.exchange(client, kOpen);
  f.push(client, "3\r\nab\n\r\n");
  f.turns(2);
  CHECK(f.streamed == "ab\n");
  for (char byte : std::string("3\r\ncd\n\r\n0\r\n\r\n")) {
    f.push(client, std::string(1, byte));
  }
  f.turns(2);
  CHECK(f.streamed == "ab\ncd\n");
  // The end of the body is not the end of the stream.
  f.connections.notify(f.parked[0], kTurn);
  f.drain(client);
  CHECK_THAT(client.received, Catch::Matchers::EndsWith("grant\n\r\n"));
  CHECK(f.gone.empty());
}

TEST_CASE("A stream's body that comes with its end is read too") {
  ConnectionFixture f;
  Client client = f.connect();
  SECTION("in one piece with the head") {
    f.push(client, kOpen + "3\r\nab\n\r\n0\r\n\r\n");
  }
  SECTION("in one piece") {
    f.push(client, kOpen);
    f.turns(2);
    f.push(client, "3\r\nab\n\r\n0\r\n\r\n");
  }
  SECTION("with its length") {
    f.push(client,
           "POST /stream HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nab\n");
  }
  f.turns(2);
  CHECK(f.streamed == "ab\n");
  CHECK(f.parked.size() == 1);
}

TEST_CASE("What a stream says and the store refuses ends its connection") {
  ConnectionFixture f;
  Client client = f.connect();
  f.exchange(client, kOpen);
  f.exchange(client, "4\r\nfull\r\n");
  CHECK(client.at_end);
  CHECK(f.gone == f.parked);
  CHECK(f.streamed.empty());
}

TEST_CASE("HTTP/1.0 gets a stream that ends with the connection") {
  ConnectionFixture f;
  Client client = f.connect();
  f.exchange(client, "POST /stream HTTP/1.0\r\n\r\n");
  f.connections.notify(f.parked[0], kOver);
  f.drain(client);
  CHECK_THAT(client.received,
             Catch::Matchers::EndsWith("\r\n\r\nfirst\nover\n"));
  CHECK(client.at_end);
}

TEST_CASE("HEAD gets the head of a stream, and the next answer behind it") {
  ConnectionFixture f;
  Client client = f.connect();
  const std::string next = "GET /echo/next HTTP/1.1\r\nHost: x\r\n\r\n";
  f.exchange(client, "HEAD /stream HTTP/1.1\r\nHost: x\r\n\r\n" + next);
  CHECK_THAT(client.received,
             Catch::Matchers::Contains("x-ndjson\r\n") &&
                 Catch::Matchers::Contains("chunked\r\n\r\nHTTP/1.1 200 OK") &&
                 Catch::Matchers::EndsWith("\r\n\r\nnext"));
}

TEST_CASE("HEAD of a stream in an aborted transaction is refused likewise") {
  ConnectionFixture f;
  Client client = f.connect();
  f.disk.fails = f.disk.wrote = true;
  f.exchange(client, "HEAD /stream HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK_THAT(client.received, Catch::Matchers::StartsWith("HTTP/1.1 507 ") &&
                                  Catch::Matchers::EndsWith("\r\n\r\n"));
}

TEST_CASE("A client keeps up with its stream while the socket takes it all") {
  ConnectionFixture f;
  Client client = f.connect();
  f.exchange(client, kOpen);
  CHECK(f.connections.keeps_up(f.parked[0]));
  f.connections.notify(f.parked[0], News{std::string(1'000'000, 'x')});
  f.turns(2);
  CHECK_FALSE(f.connections.keeps_up(f.parked[0]));
  f.drain(client);
  CHECK(f.connections.keeps_up(f.parked[0]));
  CHECK(client.received.size() > 1'000'000);
  client.close();
  f.turns(2);
  CHECK_FALSE(f.connections.keeps_up(f.parked[0]));
}

TEST_CASE("A stream whose body can't be read ends, and its caller with it") {
  ConnectionFixture f;
  Client client = f.connect();
  f.exchange(client, kOpen);
  f.push(client, "this is no chunk\r\n");
  f.drain(client);
  std::string rest;
  auto responses = parse_responses(client.received, &rest);
  REQUIRE(responses.size() == 1);
  CHECK(rest == "");
  CHECK_THAT(responses[0].body,
             Catch::Matchers::StartsWith("first\n{\"event\":\"ended\","));
  CHECK_THAT(responses[0].body, Catch::Matchers::Contains("bad_request"));
  CHECK(client.at_end);
  // Not only when the client has closed: it could hold its turn for ever.
  CHECK(f.gone == f.parked);
  // Nothing can be added behind the end.
  f.connections.notify(f.parked[0], kTurn);
  f.turns(2);
  client.read();
  CHECK(parse_responses(client.received, &rest).size() == 1);
  CHECK(rest == "");
}

const std::string kBeat = "4\r\nbeat\r\n";

TEST_CASE("A client that has promised to be heard from is lost when silent") {
  ConnectionFixture f;
  Client client = f.connect();
  f.exchange(client, kOpen);
  f.now_ += 1h;
  f.turn();
  f.push(client, kBeat);
  f.turn();
  f.now_ += 29s;
  f.push(client, kBeat);
  f.turns(2);
  f.now_ += 29s;
  f.turns(2);
  CHECK(f.gone.empty());
  SECTION("in the end") {
    f.now_ += 2s;
    f.turns(2);
    CHECK(f.gone == f.parked);
    CHECK(f.partings == std::vector{Parting::kLost});
    f.drain(client);
    CHECK(client.at_end);
  }
  SECTION("unless it has announced that") {
    f.push(client, "4\r\nrest\r\n");
    f.turn();
    f.now_ += 1h;
    f.turns(2);
    CHECK(f.gone.empty());
    f.push(client, kBeat);
    f.turn();
    f.now_ += 31s;
    f.turns(2);
    CHECK(f.gone == f.parked);
  }
}

TEST_CASE("Of one that gives signs of life it is known how it ended") {
  ConnectionFixture f;
  Client client = f.connect();
  f.exchange(client, kOpen);
  f.push(client, kBeat);
  f.turn();
  const bool left = GENERATE(true, false);
  left ? client.shut() : client.close();
  f.turns(3);
  REQUIRE(f.partings.size() == 1);
  CHECK((f.partings[0] == Parting::kClosed) == left);
}

TEST_CASE("A stream that its client ends is over") {
  ConnectionFixture f;
  Client client = f.connect();
  f.exchange(client, kOpen);
  const std::string end = GENERATE(as<std::string>{}, "", "0\r\n\r\n");
  f.push(client, "4\r\ndone\r\n" + end);
  f.drain(client);
  auto responses = parse_responses(client.received);
  REQUIRE(responses.size() == 1);
  CHECK(responses[0].body == "first\nover\n");
  CHECK(client.at_end == end.empty());
  CHECK(f.gone.empty());
}

}  // namespace
}  // namespace syncq::test
