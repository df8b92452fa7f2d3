// A write or a sync that fails, whichever: all that was said of the store is
// true afterwards, after the death of the daemon and after a loss of power.

#include <catch2/catch.hpp>
#include <map>
#include <memory>

#include "daemon/commit/group_commit.h"
#include "daemon/queue/queue_engine.h"
#include "daemon/store/memory_queue_store.h"
#include "daemon/store/schema.h"
#include "daemon/store/sqlite_queue_store.h"
#include "tests/unit/fifo/fifo_fakes.h"
#include "tests/unit/store/faulty_disk.h"
#include "tests/unit/temp_dir.h"

namespace syncq::test {
namespace {

using namespace std::chrono_literals;

enum class Said { kThere, kNotThere, kNothing };

// What was said of each message, by its body, throughout.
using Log = std::map<std::string, Said>;

constexpr Instant kNow{1000h};

// A daemon over the store: one transaction per call.
class Life {
 public:
  explicit Life(const std::string& path)
      : database_(open_store(path)),
        store_(*database_),
        engine_(store_, ephemeral_, notifier_),
        commit_(
            {database_.get(), &ephemeral_}, [this] { engine_.committed(); },
            [this](const StoreError&) { engine_.rolled_back(); }) {
    // One every few transactions.
    database_->set_checkpoint(12);
  }

  Outcome push(const std::string& body, Log& log) {
    Outcome outcome = turn([&] {
      Push push;
      push.body = body;
      CHECK(engine_.push("q", push, kNow, 0).ok());
    });
    log[body] = outcome == Outcome::kCommitted ? Said::kThere
                : outcome == Outcome::kAborted ? Said::kNotThere
                                               : Said::kNothing;
    return outcome;
  }
  Outcome pop(Log& log) {
    std::string body;
    Outcome outcome = turn([&] {
      auto message = engine_.take("q", {}, 1, kNow);
      if (message.ok() && *message) body = (*message)->body;
    });
    if (outcome == Outcome::kAborted || body.empty()) return outcome;
    log[body] =
        outcome == Outcome::kCommitted ? Said::kNotThere : Said::kNothing;
    return outcome;
  }
  // As `kill -9` does.
  void die_suddenly() { database_->keep_log_on_close(); }

 private:
  template <typename Work>
  Outcome turn(Work work) {
    commit_.promise();
    Result<> done = commit_.attempt([&] {
      work();
      engine_.tick(kNow, 0);
    });
    Outcome outcome = commit_.finish();
    return !done.ok() && outcome == Outcome::kCommitted ? Outcome::kAborted
                                                        : outcome;
  }

  std::unique_ptr<sqlite::Database> database_;
  SqliteQueueStore store_;
  MemoryQueueStore ephemeral_;
  FakeCallers notifier_;
  QueueEngine engine_;
  GroupCommit commit_;
};

class World {
 public:
  explicit World(bool drops) : disk(dir_.path(), drops) { start(); }

  void turns(int count) {
    for (int i = 0; i < count; ++i) {
      Outcome outcome =
          i % 4 == 3 ? life_->pop(log_) : life_->push(next_body(), log_);
      if (outcome != Outcome::kUnknown) continue;
      check();
      life_.reset();
      check();
      start();
    }
  }
  void restart(bool suddenly) {
    if (suddenly) life_->die_suddenly();
    life_.reset();
    check();
    start();
  }
  void check() const {
    compare([this](const std::string& to) { disk.as_seen(to); });
    compare([this](const std::string& to) { disk.after_power_loss(to); });
  }

 private:
  // The next client starts a daemon; if the disk fails in that, the one after
  // it does.
  void start() {
    std::string path = dir_ / "syncq.db";
    try {
      life_ = std::make_unique<Life>(path);
    } catch (const std::runtime_error&) {
      check();
      life_ = std::make_unique<Life>(path);
    }
  }
  std::string next_body() {
    return std::to_string(++bodies_) + std::string(1500, '.');
  }
  template <typename Copy>
  void compare(Copy copy) const {
    TempDir other;
    copy(other.path());
    auto database = open_store(other / "syncq.db");
    std::map<std::string, int> found;
    sqlite::Statement bodies(*database, "SELECT body FROM messages");
    for (sqlite::Cursor row = bodies.query(); row.next();) {
      ++found[row.text(0)];
    }
    for (const auto& [body, said] : log_) {
      INFO(body.substr(0, body.find('.')));
      int count = found.contains(body) ? found.at(body) : 0;
      if (said == Said::kThere) CHECK(count == 1);
      if (said == Said::kNotThere) CHECK(count == 0);
      if (said == Said::kNothing) CHECK(count <= 1);
    }
  }

  TempDir dir_;

 public:
  FaultyDisk disk;

 private:
  std::unique_ptr<Life> life_;
  Log log_;
  int bodies_ = 0;
};

// False once there is no nth call any more.
bool survives(FaultyDisk::Call call, int nth, bool drops, bool suddenly) {
  INFO("call " << nth << (drops ? ", drops" : "")
               << (suddenly ? ", killed" : ""));
  World world(drops);
  world.turns(2);
  world.disk.fail(call, nth);
  world.turns(8);
  world.restart(suddenly);
  world.turns(3);
  world.check();
  return world.disk.failed();
}

TEST_CASE("Whichever sync fails, all that was said of the store is true") {
  bool drops = GENERATE(false, true);
  bool suddenly = GENERATE(false, true);
  int nth = 1;
  while (survives(FaultyDisk::Call::kSync, nth, drops, suddenly)) ++nth;
  CHECK(nth > 10);
}

TEST_CASE("Whichever write fails, all that was said of the store is true") {
  bool suddenly = GENERATE(false, true);
  int nth = 1;
  while (survives(FaultyDisk::Call::kWrite, nth, true, suddenly)) ++nth;
  CHECK(nth > 40);
}

}  // namespace
}  // namespace syncq::test
