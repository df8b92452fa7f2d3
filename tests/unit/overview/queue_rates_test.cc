// Rates come from counters that are there anyway, compared at each look.

#include "tests/unit/overview/overview_fixture.h"

namespace syncq::test {
namespace {

struct RatesFixture : OverviewFixture {
  std::optional<QueueRates::Rates> see() {
    return rates.see(queues.queue("jobs"), now);
  }
  void push(int count) {
    for (; count > 0; --count) queues.push("jobs", "m");
  }
  void pop(int count) {
    for (; count > 0; --count) queues.pop("jobs");
  }
};

TEST_CASE("A queue's rates are known a second after the first look") {
  RatesFixture f;
  f.push(5);
  CHECK_FALSE(f.see());
  f.push(20);
  f.pop(10);
  f.advance(999ms);
  CHECK_FALSE(f.see());
  f.advance(1001ms);
  auto rates = f.see();
  REQUIRE(rates);
  CHECK(rates->in == 10);
  CHECK(rates->out == 5);
}

TEST_CASE("Rates are of the last five to ten seconds") {
  RatesFixture f;
  f.push(100);
  f.see();
  f.advance(5s);
  f.push(50);
  CHECK(f.see()->in == 10);
  // The first look is what it is compared with, until the second is as old.
  f.push(40);
  f.advance(4s);
  CHECK(f.see()->in == 10);
  f.advance(1s);
  CHECK(f.see()->in == 8);
  f.advance(5s);
  CHECK(f.see()->in == 0);
}

TEST_CASE("A lease takes nothing out of a queue, an ack does") {
  RatesFixture f;
  f.push(2);
  f.see();
  Delivered leased = f.queues.lease("jobs");
  f.advance(1s);
  CHECK(f.see()->out == 0);
  REQUIRE(f.queues.engine->ack("jobs", *leased.lease, f.now).ok());
  CHECK(f.see()->out == 1);
}

TEST_CASE("A delayed message has come in, and does so once") {
  RatesFixture f;
  f.push(1);
  f.see();
  Push later;
  later.delay = 1s;
  f.queues.push("jobs", "later", later);
  f.advance(2s);
  auto rates = f.see();
  CHECK(rates->in == 0.5);
  CHECK(rates->out == 0);
}

TEST_CASE("Rates begin anew") {
  RatesFixture f;
  f.push(2);
  f.see();
  SECTION("when the queue was emptied") {
    REQUIRE(f.queues.engine->empty("jobs").ok());
    f.advance(2s);
  }
  SECTION("after a minute without a look") { f.advance(61s); }
  SECTION("when it was forgotten") {
    f.advance(61s);
    f.rates.forget_unseen(f.now);
  }
  CHECK_FALSE(f.see());
  f.push(3);
  f.advance(1s);
  CHECK(f.see()->in == 3);
}

TEST_CASE("Rates are kept of so many queues") {
  QueueRates rates;
  Queue queue;
  Instant now{1h};
  for (std::size_t i = 0; i <= kMostRates; ++i) {
    queue.uuid = Uuid::random();
    rates.see(queue, now);
  }
  CHECK_FALSE(rates.see(queue, now + 1s));
  rates.forget_unseen(now + 61s);
  rates.see(queue, now + 62s);
  CHECK(rates.see(queue, now + 63s));
}

}  // namespace
}  // namespace syncq::test
