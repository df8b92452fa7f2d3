// Writes that fail, whole or in part: nothing of the transaction is stored, the
// daemon goes on, and all that was said stays true, after its death and after a
// loss of power.

#include <catch2/catch.hpp>

#include "daemon/store/schema.h"
#include "tests/unit/store/trial.h"
#include "tests/unit/store/workload.h"

namespace syncq::test {
namespace {

constexpr auto kWrite = FaultyDisk::Fault::kWrite;

TEST_CASE("Whichever write to the log fails, nothing of its step is stored",
          "[faults]") {
  Trial trial;
  for (const Step& step : workload()) {
    trial.insist(step, [&](int attempt) {
      trial.disk.fail(kWrite, nth_at(attempt), "-wal");
    });
  }
  CHECK(trial.failures() > 800 / kStride);
}

TEST_CASE("Whichever write of a checkpoint fails, the log has it all",
          "[faults]") {
  Trial trial;
  for (const Step& step : workload()) {
    auto breaking = [&](int attempt) {
      trial.disk.fail(kWrite, nth_at(attempt), ".db");
    };
    bool restart = step.kind != Step::Kind::kAsk;
    trial.insist(step, restart ? breaking : Trial::Breaking());
    // Each makes a checkpoint if the last one failed.
    int attempt = 1;
    do breaking(attempt++);
    while (!trial.heartbeat());
  }
  CHECK(trial.failures() > 100 / kStride);
}

TEST_CASE("Whichever write of a new store fails, the next start makes it",
          "[faults]") {
  const std::string path = std::string(FaultyDisk::kFaulty) + "syncq.db";
  FaultyDisk disk;
  int nth = 1;
  for (;; nth += kStride) {
    disk.put(FaultyDisk::kFaulty, {});
    disk.fail(kWrite, nth);
    try {
      open_store(path);
    } catch (const StoreError&) {
    }
    if (!disk.take_failure()) break;
    unsigned seed = static_cast<unsigned>(nth);
    for (const Files& files : {disk.as_seen(), disk.after_power_loss(),
                               disk.after_power_loss(seed)}) {
      disk.put("/copy/", files);
      CHECK(
          open_store("/copy/syncq.db")->pragma("SELECT count(*) FROM fifos") ==
          0);
    }
    CHECK(open_store(path)->pragma("SELECT count(*) FROM fifos") == 0);
  }
  CHECK(nth > 20);
}

}  // namespace
}  // namespace syncq::test
