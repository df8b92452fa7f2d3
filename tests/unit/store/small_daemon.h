#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "daemon/commit/group_commit.h"
#include "daemon/fifo/fifo_engine.h"
#include "daemon/queue/queue_engine.h"
#include "daemon/store/memory_queue_store.h"
#include "daemon/store/meta_store.h"
#include "daemon/store/sqlite_fifo_store.h"
#include "daemon/store/sqlite_queue_store.h"
#include "tests/unit/fifo/fifo_fakes.h"

namespace syncq::test {

class SmallDaemon;

// What somebody asks of a daemon; returns the reply, for comparison.
using Ask = std::function<std::string(SmallDaemon&)>;

// What there is around a daemon and outlives it.
struct Surroundings {
  FakeCallers callers;
  FakeProcesses processes;
  Instant now{std::chrono::hours(1000)};
  std::map<std::string, Uuid> tickets;  // those that were drawn, by our names
  // Parked callers, and how each of them asks again if it got an error.
  std::map<ConnectionId, Ask> waits;
};

// One iteration of a daemon's loop.
struct Step {
  enum class Kind {
    kAsk,
    kStop,  // the daemon ends in order, and another starts
    kKill,  // the same as by `kill -9`
  };
  std::string name;
  Kind kind = Kind::kAsk;
  Ask ask;
  Duration after{};        // the time that passes first
  bool promise = true;     // the reply must outlive a loss of power
  ConnectionId waits = 0;  // the caller who may be parked by it
};

// A daemon over a store, without sockets: engines, and a group commit.
class SmallDaemon {
 public:
  SmallDaemon(const std::string& path, Surroundings& around,
              bool same_boot = true);

  struct Turn {
    Outcome outcome;
    // The reply, and what parked callers are told by it.
    std::string said;
  };
  // Does the step's asking, and all that is due.
  Turn turn(const Step& step);
  // As a daemon does from time to time.
  Turn heartbeat();
  void die_suddenly() { database_->keep_log_on_close(); }

  FifoEngine& fifos() { return fifos_; }
  QueueEngine& queues() { return queues_; }
  SqliteFifoStore& fifo_store() { return fifo_store_; }
  sqlite::Database& database() { return *database_; }
  Surroundings& around() { return around_; }
  Instant now() const { return around_.now; }

 private:
  void recover_again();
  Result<> ask_again();

  Surroundings& around_;
  std::unique_ptr<sqlite::Database> database_;
  SqliteMetaStore meta_;
  SqliteFifoStore fifo_store_;
  SqliteQueueStore queue_store_;
  MemoryQueueStore ephemeral_;
  Events events_;
  QueueEvents queue_events_;
  FifoEngine fifos_;
  QueueEngine queues_;
  GroupCommit commit_;
  bool recovered_ = false;
  bool recovery_undone_ = false;
  // Who asked, or was told something, in a transaction that was aborted.
  std::set<ConnectionId> disappointed_;
  std::int64_t beats_ = 0;
};

}  // namespace syncq::test
