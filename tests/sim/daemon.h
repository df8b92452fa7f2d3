#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "daemon/census.h"
#include "daemon/commit/group_commit.h"
#include "daemon/fifo/fifo_engine.h"
#include "daemon/http/connections.h"
#include "daemon/http/router.h"
#include "daemon/overview/event_feed.h"
#include "daemon/queue/queue_engine.h"
#include "daemon/store/memory_queue_store.h"
#include "daemon/store/meta_store.h"
#include "daemon/store/schema.h"
#include "daemon/store/sqlite_fifo_store.h"
#include "daemon/store/sqlite_queue_store.h"
#include "daemon/system_clock.h"
#include "tests/sim/machine.h"
#include "tests/sim/refusals.h"
#include "tests/sim/wires.h"

namespace syncq::sim {

// What the world sees happen inside the daemon, in the order in which it does.
struct Witness {
  std::function<void(ConnectionId, Parting)> caller_gone;
  std::function<void(ConnectionId)> scheduled;
  std::function<void(std::int64_t ticket)> process_ended;
  std::function<void()> committed;  // something was written
  std::function<void()> aborted;
  std::function<void()> ticking;    // the engines are about to tick
  std::function<void()> dismissed;  // all parked callers were sent away
  // A listener to events gets this line, if the transaction is committed.
  std::function<void(ConnectionId, const std::string&)> told;
  std::function<void(ConnectionId)> ended_stream;  // of a listener
};

// One life of a daemon: the parts of daemon/server.h put together as there, but
// over wires instead of a loop. Whoever holds it calls, for each iteration,
// resume(), Wire::deliver(), and end_iteration().
class Daemon final : public ConnectionHost {
 public:
  // How long a remote client may be silent.
  static constexpr Duration kRemoteTimeout = std::chrono::seconds(20);

  // Opens the store; recover() comes next. `rebooted`: the machine was, since
  // the last life.
  Daemon(const std::string& store, Machine& machine, bool rebooted,
         Witness witness);
  ~Daemon() override;

  // As Server's constructor does, over a store with no breach of its rules.
  void recover();

  // A new connection, of the number 1, 2, ...; `pid` 0: a remote one. Its wire
  // lives as long as the daemon.
  ConnectionId connect(pid_t pid, Wire*& wire);
  std::size_t connections() const { return connections_.size(); }

  void resume();
  void finish_closing() { wires_.finish_closing(); }
  Outcome end_iteration();
  // Its time, at which the engines ticked.
  Instant ticked_at() const { return ticked_at_; }
  // The rest of what Server::stop() does.
  Outcome stop();
  // How long after the last iteration the next one must be; none: ever.
  std::optional<Duration> wait() const { return wait_; }
  void process_ended(std::int64_t ticket);
  // A message that no client has sent. False: the transaction is undone.
  bool push(const std::string& queue, const std::string& body);

  sqlite::Database& database() { return *database_; }
  MemoryQueueStore& ephemeral() { return ephemeral_store_; }
  FifoEngine& fifos() { return fifos_; }
  QueueEngine& queues() { return queues_; }
  std::size_t listeners() const { return feed_.listeners(); }
  // As an idle Server asks itself.
  bool has_work() { return keeps_anything(fifo_store_, queues_); }
  bool same_boot() const { return clock_.same_boot(); }

  const Router& router() override { return router_; }
  Result<> admit(const RequestHead& head, ConnectionId caller) override;
  GroupCommit& group_commit() override { return commit_; }
  Instant now() override { return clock_.now(); }
  WallMillis wall() override { return machine_.wall; }
  InFlight& in_flight() override { return in_flight_; }
  std::uint64_t max_message() override { return 1024 * 1024; }
  bool shutting_down() override { return stopping_; }
  bool crowded() override { return false; }
  void caller_gone(ConnectionId caller, Parting parting) override;
  void schedule(ConnectionId caller) override;
  void make_answer(ConnectionId caller) override;
  void closed(ConnectionId caller) override { connections_.forget(caller); }
  void wake_at(ConnectionId caller, Instant when) override {
    connections_.wake_at(caller, when);
  }

 private:
  // Passes on what the feed tells, and lets the witness see it.
  class Telling final : public Notifier {
   public:
    explicit Telling(Daemon& daemon) : daemon_(daemon) {}
    bool alive(ConnectionId id) override {
      return daemon_.connections_.alive(id);
    }
    bool stopped(ConnectionId id) override {
      return daemon_.connections_.stopped(id);
    }
    bool keeps_up(ConnectionId id) override {
      return daemon_.connections_.keeps_up(id);
    }
    bool has_room() override { return daemon_.connections_.has_room(); }
    void notify(ConnectionId id, const Notice& notice) override;

   private:
    Daemon& daemon_;
  };

  void recover_again();
  std::string census_json(const Totals& totals);
  void tick();
  std::optional<Instant> next_due();

  Machine& machine_;
  Witness witness_;
  Wires wires_;
  std::unique_ptr<sqlite::Database> database_;
  SqliteMetaStore meta_;
  SqliteFifoStore fifo_store_;
  SqliteQueueStore queue_store_;
  MemoryQueueStore ephemeral_store_;
  SystemClock clock_;
  InFlight in_flight_{4 * 1024 * 1024};
  Connections connections_{nullptr, in_flight_};
  Events events_;
  QueueEvents queue_events_;
  FifoEngine fifos_;
  QueueEngine queues_;
  QueueRates rates_;
  Telling telling_{*this};
  EventFeed feed_{fifos_, queues_, rates_, telling_};
  GroupCommit commit_;
  Router router_;
  Admission admission_{admission_rules(), ""};
  ConnectionId last_ = 0;
  bool stopping_ = false;
  bool recovered_ = false;
  bool recovery_undone_ = false;
  std::optional<Instant> retry_;
  std::optional<Duration> wait_;
  Instant ticked_at_;
};

}  // namespace syncq::sim
