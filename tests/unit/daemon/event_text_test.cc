#include "daemon/event_text.h"

#include <catch2/catch.hpp>

#include "daemon/log_budget.h"

namespace syncq::test {
namespace {

using namespace std::chrono_literals;

const Uuid kTicket = *Uuid::parse("0123abcd-4567-89ef-fedc-ba9876543210");
const std::string kId = "0123abcd-4567-89ef-fedc-ba9876543210";

TEST_CASE("Events are lines of the log, with names") {
  CHECK(text_of(TurnGiven{"q", kTicket, "make", 812, 130s}) ==
        "FIFO q: turn given to ticket " + kId +
            " (make, pid 812), waited 2m10s");
  CHECK(text_of(TurnGiven{"q", kTicket, "", 0, 20s}) ==
        "FIFO q: turn given to ticket " + kId + ", waited 20s");
  CHECK(text_of(TurnEnded{"q", kTicket, "make", 2 << 8, 20s, 1h}) ==
        "FIFO q: turn of ticket " + kId +
            " (make) ended, exit 2, waited 20s, ran 1h");
  CHECK(text_of(TurnEnded{"q", kTicket, "", 9, 20s, 1h}) ==
        "FIFO q: turn of ticket " + kId +
            " ended, SIGKILL, waited 20s, ran 1h");
  CHECK(text_of(TurnEnded{"q", kTicket, "", {}, 20s, 1h}) ==
        "FIFO q: turn of ticket " + kId + " ended, waited 20s, ran 1h");
  CHECK(text_of(TicketExpired{"q", kTicket, "make", "done_timeout"}) ==
        "FIFO q: ticket " + kId + " (make) expired: done_timeout");
  CHECK(text_of(MessageGivenUp{"q", {3, 17}, 5, "exit 1", "q.dead"}) ==
        "queue q: message 3-17 given up after 5 attempts, exit 1: it is in "
        "queue q.dead now");
  CHECK(text_of(MessageGivenUp{"q", {3, 17}, 1, "", "d"}) ==
        "queue q: message 3-17 given up after 1 attempt: it is in queue d now");
  // What came from outside is logged in part only.
  CHECK(text_of(TurnGiven{"q", kTicket, std::string(4096, 'x'), 0, 0s}).size() <
        400);
}

TEST_CASE("More than so many lines a second are counted, and told once") {
  LogBudget budget;
  Instant now{1000h};
  for (int i = 0; i < LogBudget::kLines; ++i) {
    CHECK(budget.left_out(now) == 0);
    CHECK(budget.admits(now));
  }
  CHECK_FALSE(budget.next_due());
  now += 1s;
  for (int i = 0; i < 7; ++i) CHECK_FALSE(budget.admits(now));
  CHECK(budget.left_out(now) == 0);
  // Whether or not anything happens then.
  now += LogBudget::kPeriod - 1s;
  CHECK(budget.next_due() == now);
  CHECK(budget.left_out(now) == 7);
  CHECK_FALSE(budget.next_due());
  CHECK(budget.left_out(now) == 0);
  CHECK(budget.admits(now));
  now += 5 * LogBudget::kPeriod;
  CHECK(budget.left_out(now) == 0);
  CHECK(budget.admits(now));
}

}  // namespace
}  // namespace syncq::test
