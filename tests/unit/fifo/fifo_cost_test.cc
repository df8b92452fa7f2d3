#include "tests/unit/fifo/fifo_fixture.h"
#include "tests/unit/store/store_cost.h"

namespace syncq::test {
namespace {

struct CostLine : FifoFixture {
  // The first holds, each has a caller.
  explicit CostLine(int length) {
    named("q");
    for (int i = 0; i < length; ++i) join();
  }
  void join() {
    tickets.push_back(ticket("q"));
    wait("q", tickets.back(), tickets.size());
  }
  void hand_off() { done("q", tickets[holder++]); }
  void cancel_in_the_middle() {
    done("q", tickets[tickets.size() / 2 + holder++]);
  }

  std::vector<Uuid> tickets;
  std::size_t holder = 0;
};

}  // namespace

TEST_CASE("A FIFO's operations cost the same in a line of ten thousand") {
  CostLine small(30);
  CostLine large(10'000);
  auto same = [&](const char* what,
                  const std::function<Work(CostLine&)>& work) {
    INFO(what);
    int at_small = cost(*small.database, work(small));
    int at_large = cost(*large.database, work(large));
    CHECK(at_small > 0);
    CHECK(at_large <= at_small * 3 / 2);
  };
  same("ticket and wait", [](CostLine& f) { return [&f] { f.join(); }; });
  same("hand-off", [](CostLine& f) { return [&f] { f.hand_off(); }; });
  same("cancelling",
       [](CostLine& f) { return [&f] { f.cancel_in_the_middle(); }; });
}

}  // namespace syncq::test
