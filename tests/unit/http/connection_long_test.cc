// Answers that take more than one loop iteration.

#include "daemon/http/long_answer.h"
#include "tests/unit/http/connection_fixture.h"

namespace syncq::test {
namespace {

constexpr int kSteps = 50;
// More than all that the fixture's connections may have in flight.
constexpr std::size_t kNoRoom = 8 * 1024 * 1024;

void wait_too_long(ConnectionFixture& f) {
  for (auto waited = 0s; waited < kWaitForRoom + 2s; waited += 1s) {
    f.now_ += 1s;
    f.turns(2);
  }
}

int only_status(ConnectionFixture& f, Client& client) {
  f.drain(client);
  auto answers = parse_responses(client.received);
  REQUIRE(answers.size() == 1);
  return answers[0].status;
}

std::string long_one() { return "/long/" + std::to_string(kSteps * kSlice); }

TEST_CASE("A list of many steps lets others be served in between") {
  ConnectionFixture f;
  Client lister = f.connect();
  Client other = f.connect();
  lister.send(get(long_one()) + get("/echo/behind"));
  f.turns(3);
  CHECK(f.steps > 0);
  CHECK(f.exchange(other, get("/echo/other")).size() == 1);
  CHECK(f.steps < kSteps);
  f.turns(2 * kSteps);
  f.drain(lister);
  // One more step finds that it was all.
  CHECK(f.steps == kSteps + 1);
  auto answers = parse_responses(lister.received);
  REQUIRE(answers.size() == 2);
  CHECK(answers[0].body.ends_with("],\"count\":{\"things\":10000}}\n"));
  CHECK(answers[1].body == "behind");
}

TEST_CASE("A list that one step can make is made at once") {
  ConnectionFixture f;
  Client lister = f.connect();
  auto answers = f.exchange(lister, get("/long/2") + get("/long/0"));
  REQUIRE(answers.size() == 2);
  CHECK(answers[0].body ==
        "{\"things\":[\"it\",\"it\"],\"count\":{\"things\":2}}\n");
  CHECK(answers[1].body == "{\"things\":[],\"count\":{\"things\":0}}\n");
  CHECK(f.steps == 2);
}

TEST_CASE("What is made of a list counts as under way") {
  ConnectionFixture f;
  Client lister = f.connect();
  lister.send(get(long_one()));
  f.turns(kSteps / 2);
  CHECK(f.in_flight_.used() > 10'000);
  f.turns(2 * kSteps);
  f.drain(lister);
  CHECK(f.in_flight_.used() == 0);
}

TEST_CASE("A list whose reader is gone is not made to its end") {
  ConnectionFixture f;
  Client lister = f.connect();
  lister.send(get(long_one()));
  f.turns(3);
  lister.close();
  f.turns(2 * kSteps);
  CHECK(f.steps < kSteps / 2);
  CHECK(f.connections.size() == 0);
}

TEST_CASE("A daemon that ends does not wait for its long lists") {
  ConnectionFixture f;
  Client lister = f.connect();
  lister.send(get(long_one()));
  f.turns(3);
  f.going_down = true;
  f.connections.drain();
  CHECK(only_status(f, lister) == 503);
  CHECK(f.steps < kSteps / 2);
}

TEST_CASE("A list that the store fails on its way is an error as a whole") {
  ConnectionFixture f;
  Client lister = f.connect();
  lister.send(get(long_one()));
  f.turns(3);
  SECTION("in its own slice") {
    f.disk.fails = true;
    f.turn();
    f.disk.fails = false;
  }
  SECTION("in the transaction of another, whose writes it may have read") {
    f.on_turn = [&f] { f.disk.fails = true; };
    f.turn();
    f.on_turn = nullptr;
    f.disk.fails = false;
    CHECK(f.lost == 1);
  }
  auto answers = f.exchange(lister, get("/echo/next"));
  REQUIRE(answers.size() == 2);
  CHECK(answers[0].status >= 500);
  CHECK(answers[1].body == "next");
}

TEST_CASE("Long lists are made one after the other") {
  ConnectionFixture f;
  std::vector<Client> listers;
  for (int i = 0; i < 8; ++i) {
    listers.push_back(f.connect());
    listers.back().send(get(long_one()));
  }
  f.turns(3);
  int before = f.steps;
  f.turns(10);
  CHECK(f.steps - before <= 10);
  f.turns(8 * kSteps + 10);
  for (Client& each : listers) {
    f.drain(each);
    CHECK(parse_responses(each.received).size() == 1);
  }
}

TEST_CASE("What comes behind a list that is made makes it no faster") {
  ConnectionFixture f;
  Client lister = f.connect();
  lister.send(get(long_one()));
  f.turns(2);
  int before = f.steps;
  for (int i = 0; i < 10; ++i) {
    lister.send("G");
    f.turn();
  }
  CHECK(f.steps - before <= 10);
}

TEST_CASE("A list goes on only while there is room for it") {
  ConnectionFixture f;
  Client lister = f.connect();
  lister.send(get(long_one()));
  f.turns(3);
  std::size_t others = 0;
  f.in_flight_.count(others, kNoRoom);
  f.turns(kSteps);
  CHECK(f.steps < kSteps / 2);
  SECTION("again when others have gone") {
    f.in_flight_.count(others, 0);
    f.now_ += 1s;
    f.turns(2 * kSteps);
    CHECK(only_status(f, lister) == 200);
  }
  SECTION("but not for ever") {
    wait_too_long(f);
    CHECK(only_status(f, lister) == 503);
    f.in_flight_.count(others, 0);
    CHECK(f.in_flight_.used() == 0);
  }
}

TEST_CASE("A client that sends no more gets its list, and what is behind") {
  ConnectionFixture f;
  Client lister = f.connect();
  lister.send(get(long_one()) + get("/echo/behind"));
  lister.shut();
  f.turns(2 * kSteps);
  f.drain(lister);
  CHECK(parse_responses(lister.received).size() == 2);
  CHECK(f.connections.size() == 0);
}

TEST_CASE("One that sends no more and waits for room is answered, or let go") {
  ConnectionFixture f;
  std::size_t others = 0;
  Client lister = f.connect();
  lister.send(get(long_one()));
  lister.shut();
  f.turns(3);
  f.in_flight_.count(others, kNoRoom);
  f.turns(3);
  SECTION("when there is room") {
    f.now_ += 1s;
    f.turns(2);
    f.in_flight_.count(others, 0);
    f.now_ += 1s;
    f.turns(2 * kSteps);
    CHECK(only_status(f, lister) == 200);
  }
  SECTION("when it has waited long") {
    wait_too_long(f);
    CHECK(only_status(f, lister) == 503);
    f.in_flight_.count(others, 0);
  }
  SECTION("when it has gone") {
    lister.close();
    f.now_ += 1s;
    f.turns(3);
    f.in_flight_.count(others, 0);
  }
  f.now_ += 10s;
  f.turns(5);
  CHECK(f.connections.size() == 0);
  CHECK(f.in_flight_.used() == 0);
}

TEST_CASE("What takes long to count and little to tell needs no room") {
  ConnectionFixture f;
  std::size_t others = 0;
  f.in_flight_.count(others, 7 * 1024 * 1024 + 1000);
  Client client = f.connect();
  client.send(get("/count/2000"));
  f.turns(20);
  CHECK(f.exchange(client, "").size() == 1);
  f.in_flight_.count(others, 0);
}

TEST_CASE("All that was sent behind a list before the end is answered") {
  ConnectionFixture f;
  Client lister = f.connect();
  // More than is read ahead, and less than the socket takes at once.
  constexpr std::size_t kBehind = 4000;
  std::string bytes = get(long_one());
  for (std::size_t i = 0; i < kBehind; ++i) bytes += get("/echo/b");
  REQUIRE(bytes.size() > kMaxPendingInput + kMaxHeadBytes);
  REQUIRE(lister.send(bytes) == bytes.size());
  lister.shut();
  f.turns(5);
  f.now_ += 300ms;
  f.turns(2 * kSteps);
  f.drain(lister);
  CHECK(parse_responses(lister.received).size() == kBehind + 1);
}

}  // namespace
}  // namespace syncq::test
