#include "tests/unit/fifo/fifo_fixture.h"
#include "tests/unit/temp_dir.h"

namespace syncq::test {
namespace {

std::int64_t next_fence(FifoFixture& f, std::string_view name) {
  Uuid ticket = f.ticket(name);
  auto granted = f.wait(name, ticket, 1);
  REQUIRE(granted);
  f.done(name, ticket);
  return granted->fence;
}

TEST_CASE("Fences grow with every grant, through crashes") {
  TempDir dir;
  FifoFixture f(dir / "syncq.db");
  f.named("q");
  std::int64_t last = 0;
  for (int i = 0; i < 20; ++i) {
    std::int64_t fence = next_fence(f, "q");
    CHECK(fence > last);
    last = fence;
    f.restart(i % 2 == 0);
  }
}

TEST_CASE("After a loss of power fences are above any that were not synced") {
  FifoFixture f;
  f.named("q");
  std::int64_t before = next_fence(f, "q");
  f.restart(false);
  CHECK(next_fence(f, "q") > before + 100'000);
}

TEST_CASE("A fence of an aborted transaction may come again, others not") {
  FifoFixture f;
  f.named("q");
  CHECK(next_fence(f, "q") == 1);
  Uuid ticket = f.ticket("q");
  REQUIRE(f.engine->wait("q", ticket, 1, {}, f.now).ok());
  f.abort();
  CHECK(f.wait("q", ticket, 1)->fence == 2);
}

TEST_CASE("A name that comes back goes on counting") {
  FifoFixture f;
  f.named("q");
  std::int64_t last = 0;
  for (int i = 0; i < 5; ++i) last = next_fence(f, "q");

  SECTION("after it was deleted") {
    REQUIRE(f.engine->destroy("q").ok());
    f.settle();
  }
  SECTION("after nobody used it") { f.advance(24h * 31); }
  SECTION("after another one was deleted with fewer grants") {
    REQUIRE(f.engine->destroy("q").ok());
    f.named("other");
    REQUIRE(f.engine->destroy("other").ok());
    f.settle();
  }
  f.restart();
  f.named("q");
  CHECK(next_fence(f, "q") > last);
}

TEST_CASE("Expiries and hold count as grants too") {
  FifoFixture f;
  f.named("q");
  Uuid ticket = f.ticket("q");
  CHECK(f.wait("q", ticket, 1)->fence == 1);
  f.advance(10min);
  CHECK(f.hold("q", 2).granted->fence == 2);
  f.gone(2);
  CHECK(next_fence(f, "q") == 3);
}

}  // namespace
}  // namespace syncq::test
