// Answers that take more than one turn of the loop.

#include "daemon/long_answer.h"
#include "tests/unit/connection_fixture.h"

namespace syncq::test {
namespace {

std::string get(const std::string& target) {
  return "GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n";
}

constexpr int kSteps = 50;

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
  // One more finds that it was all.
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
  f.drain(lister);
  auto answers = parse_responses(lister.received);
  REQUIRE(answers.size() == 1);
  CHECK(answers[0].status == 503);
  CHECK(f.steps < kSteps / 2);
}

TEST_CASE("A list that the store fails on its way is an error as a whole") {
  ConnectionFixture f;
  Client lister = f.connect();
  lister.send(get(long_one()));
  f.turns(3);
  f.disk.fails = true;
  f.turn();
  f.disk.fails = false;
  auto answers = f.exchange(lister, get("/echo/next"));
  REQUIRE(answers.size() == 2);
  CHECK(answers[0].status == 507);
  CHECK(answers[1].body == "next");
}

}  // namespace
}  // namespace syncq::test
