#pragma once

#include <uv.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string_view>

#include "daemon/census.h"
#include "daemon/commit/group_commit.h"
#include "daemon/daemon.h"
#include "daemon/fifo/events.h"
#include "daemon/fifo/fifo_engine.h"
#include "daemon/http/connections.h"
#include "daemon/http/listener.h"
#include "daemon/http/router.h"
#include "daemon/log_budget.h"
#include "daemon/overview/event_feed.h"
#include "daemon/process/idle_trim.h"
#include "daemon/process/instance_lock.h"
#include "daemon/process/log.h"
#include "daemon/process/open_files.h"
#include "daemon/process/process_watch.h"
#include "daemon/queue/queue_engine.h"
#include "daemon/remote_access.h"
#include "daemon/slow_iterations.h"
#include "daemon/store/memory_queue_store.h"
#include "daemon/store/meta_store.h"
#include "daemon/store/sqlite_fifo_store.h"
#include "daemon/store/sqlite_queue_store.h"
#include "daemon/system_clock.h"

namespace syncq {

using ActionCounts = std::map<std::string_view, std::uint64_t>;

// What the metrics count.
struct Counters {
  std::uint64_t requests = 0;
  std::uint64_t commits = 0;
  std::uint64_t aborts = 0;
  std::uint64_t expired = 0;
  std::uint64_t refused_peers = 0;
  std::uint64_t connections = 0;
  ActionCounts steered;
  ActionCounts queue_steered;
};

// The running daemon: all its parts, and what a loop iteration does. One
// thread.
class Server final : public ConnectionHost {
 public:
  // Connections that may each have a parked caller.
  static constexpr std::size_t kMaxConnections = 16'000;
  // The most of them that are remote: however many those are, this machine's
  // own get through.
  static constexpr std::size_t kMaxRemote = 12'000;
  // The most of these that have shown no token yet: each may have sent most of
  // a head. Past it the oldest are closed.
  static constexpr std::size_t kMaxStrangers = 500;
  // More of them, for calls that are answered at once. Past it new ones wait in
  // the kernel's queue; if no file can be opened, libuv drops them.
  static constexpr std::size_t kReserve = 16;

  Server(const DaemonOptions& options, Log& log, const InstanceLock& lock);
  ~Server() override;

  // Serves the socket. `inherited`: it is systemd's and stays.
  void listen(UniqueFd socket, bool inherited);
  // Serves the addresses of the options, if there are any. Throws
  // std::runtime_error for people.
  void listen_on_tcp();
  // Returns when the daemon has stopped. Throws SyncFailed.
  void run();
  // Answers the parked callers, commits, and lets clients read their answers:
  // run() returns within kMaxDrain.
  void stop(const char* why);
  // Recreates the socket if somebody removed it, and reopens the log.
  void refresh();

  const Router& router() override { return router_; }
  Result<> admit(const RequestHead& head, ConnectionId caller) override;
  GroupCommit& group_commit() override { return commit_; }
  Instant now() override { return clock_.now(); }
  WallMillis wall() override { return clock_.wall(); }
  InFlight& in_flight() override { return in_flight_; }
  std::uint64_t max_message() override { return options_.max_message; }
  bool shutting_down() override { return stopping_; }
  bool crowded() override;
  void caller_gone(ConnectionId caller, Parting parting) override;
  void schedule(ConnectionId caller) override;
  void make_answer(ConnectionId caller) override;
  void closed(ConnectionId caller) override;
  void wake_at(ConnectionId caller, Instant when) override;

  std::string status_json(const Totals& totals);
  std::string metrics_text(const Totals& totals);

 private:
  void recover();
  void recover_again();
  void init_handles();
  void add_routes();
  void accept(uv_stream_t* server);
  void accept_remote(uv_stream_t* server);
  bool full();
  bool full_of_remote();
  bool few_left() const;
  void prepare();
  void work_in_next_iteration();
  bool delay_commit();
  void tick();
  // What the metrics count of events.
  void count(const TicketExpired&) { ++counters_.expired; }
  void count(const FifoSteered& event) { ++counters_.steered[event.action]; }
  void count(const QueueSteered& event) {
    ++counters_.queue_steered[event.action];
  }
  template <typename Event>
  void count(const Event&) {}
  void publish_events();
  void end_iteration();
  void on_commit();
  void on_abort(const StoreError& error);
  void arm_timer(std::optional<Instant> next);
  bool deadline_runs();
  std::optional<Instant> next_due();
  void check_idle();
  bool has_work();
  void unlink_socket();
  void find_socket_again();
  void close_listeners();
  void drain();
  void abandon();
  void finish();

  DaemonOptions options_;
  Log& log_;
  uv_loop_t loop_;
  uv_prepare_t prepare_;
  uv_idle_t idle_;
  uv_idle_t delay_;
  uv_timer_t timer_;
  uv_signal_t signals_[3];

  std::unique_ptr<sqlite::Database> database_;
  SqliteMetaStore meta_;
  SqliteFifoStore fifo_store_;
  SqliteQueueStore queue_store_;
  MemoryQueueStore ephemeral_store_;
  SystemClock clock_;
  InFlight in_flight_;
  Connections connections_;
  ProcessWatch processes_;
  Events events_;
  QueueEvents queue_events_;
  FifoEngine fifos_;
  QueueEngine queues_;
  QueueRates queue_rates_;
  EventFeed feed_;
  GroupCommit commit_;
  Router router_;
  std::unique_ptr<Listener> listener_;
  RemoteAccess remote_{log_};
  bool inherited_ = false;
  std::optional<FileId> socket_file_;
  // Unlinked for idle exit; a client raced us.
  bool socket_removed_ = false;
  bool stopping_ = false;
  bool finished_ = false;
  // While stopping: the answer bytes that clients have not read, and how long
  // to wait for them.
  std::size_t unsent_ = 0;
  Instant drain_stalls_at_;
  Instant drain_until_;
  const int spare_files_ = spare_files();
  const std::size_t most_remote_ = std::min(kMaxRemote, most_files() / 2);
  const std::size_t most_strangers_ = std::min(kMaxStrangers, most_remote_ / 2);
  bool abandoned_ = false;
  Instant started_;
  Instant last_work_;
  IdleTrim idle_trim_{trim_free_memory};
  std::optional<Instant> retry_;
  // What recover() did is committed; an abort has undone it.
  bool recovered_ = false;
  bool recovery_undone_ = false;
  // Answers staged when the commit was last delayed.
  std::size_t staged_at_delay_ = 0;
  Counters counters_;
  SlowIterations slow_;
  LogBudget budget_;
  Duration committed_at_{};  // the iteration's age then
};

}  // namespace syncq
