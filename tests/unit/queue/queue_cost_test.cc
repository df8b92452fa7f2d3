#include "tests/unit/queue/queue_fixture.h"
#include "tests/unit/store/store_cost.h"

namespace syncq::test {
namespace {

struct Depth : QueueFixture {
  explicit Depth(int messages) {
    for (int i = 0; i < messages; ++i) {
      REQUIRE(engine->push("q", {}, now, wall).ok());
    }
    settle();
    middle = messages / 2;
  }
  int middle;
};

}  // namespace

TEST_CASE("A queue's operations cost the same at any depth and index") {
  Depth small(1'000);
  Depth large(40'000);
  auto same = [&](const char* what, const std::function<Work(Depth&)>& work) {
    INFO(what);
    int at_small = cost(*small.database, work(small));
    int at_large = cost(*large.database, work(large));
    CHECK(at_small > 0);
    // Where an index lies in its span makes some difference.
    CHECK(at_large <= at_small * 2);
  };
  same("push", [](Depth& f) { return [&f] { f.push("q", "x"); }; });
  same("pop", [](Depth& f) { return [&f] { f.pop("q"); }; });
  same("tail", [](Depth& f) { return [&f] { f.pop_tail("q"); }; });
  same("peek", [](Depth& f) { return [&f] { f.peek("q", f.middle); }; });
  same("consume", [](Depth& f) { return [&f] { f.consume("q", f.middle); }; });
  same("list", [](Depth& f) {
    return [&f] {
      auto walk = f.engine->begin_walk("q", MessageState::kReady, f.middle, 20);
      REQUIRE(f.engine->walk(*walk, 20, f.now).size() == 20);
    };
  });
  same("lease", [](Depth& f) { return [&f] { f.lease("q"); }; });
}

}  // namespace syncq::test
