// A full disk, wherever the room ends: what does not fit is refused and leaves
// nothing, and with room the same daemon goes on.

#include <catch2/catch.hpp>

#include "daemon/store/meta_store.h"
#include "daemon/store/schema.h"
#include "tests/unit/store/faulty_disk.h"
#include "tests/unit/store/trial.h"
#include "tests/unit/store/workload.h"

namespace syncq::test {
namespace {

constexpr std::size_t kSector = 512;

TEST_CASE("Wherever the room ends, nothing of what does not fit is stored",
          "[faults]") {
  Trial trial;
  for (const Step& step : workload()) {
    trial.insist(step, [&](int attempt) {
      trial.disk.leave_room(static_cast<std::size_t>(nth_at(attempt) - 1) *
                            kSector);
    });
  }
  CHECK(trial.failures() > 100 / kStride);
}

// All that is stored fits well into the room there is.
TEST_CASE("A log that fills the disk begins anew") {
  FaultyDisk disk;
  auto database = open_store("/faulty/store");
  SqliteMetaStore meta(*database);
  auto write = [&](std::int64_t value) {
    meta.set(kTimelineLast, value);
    database->commit();
  };
  disk.leave_room(0);
  REQUIRE_THROWS(write(0));
  database->rollback();
  disk.leave_room(256 * 1024);
  for (int i = 1; i < 300; ++i) {
    CAPTURE(i);
    REQUIRE_NOTHROW(write(i));
  }
}

}  // namespace
}  // namespace syncq::test
