#include "tests/sim/daemon.h"

#include <algorithm>
#include <utility>

#include "daemon/daemon_handlers.h"
#include "daemon/fifo/fifo_handlers.h"
#include "daemon/http/json_text.h"
#include "daemon/http/reply.h"
#include "daemon/overview/overview_handlers.h"
#include "daemon/queue/queue_handlers.h"

namespace syncq::sim {

namespace {

// The system would name another boot now.
MetaStore& forget_boot(MetaStore& meta) {
  meta.set("boot_id", std::string_view("another"));
  return meta;
}

}  // namespace

Daemon::Daemon(const std::string& store, Machine& machine, bool rebooted,
               Witness witness)
    : machine_(machine),
      witness_(std::move(witness)),
      database_(open_store(store)),
      meta_(*database_),
      fifo_store_(*database_),
      queue_store_(*database_),
      clock_(rebooted ? forget_boot(meta_) : meta_, machine_clock),
      fifos_(fifo_store_, connections_, machine.processes, events_),
      queues_(queue_store_, ephemeral_store_, connections_, queue_events_),
      commit_(
          {database_.get(), &ephemeral_store_},
          [this] {
            retry_.reset();
            recovered_ = true;
            fifos_.committed();
            queues_.committed();
            witness_.committed();
          },
          [this](const StoreError&) {
            retry_ = now() + std::chrono::seconds(1);
            events_.clear();
            queue_events_.clear();
            fifos_.rolled_back();
            queues_.rolled_back();
            feed_.rolled_back();
            recovery_undone_ = !recovered_;
            witness_.aborted();
          }) {
  add_fifo_routes(router_, fifos_);
  add_hold_route(router_, fifos_);
  add_steering_routes(router_, fifos_);
  add_queue_routes(router_, queues_);
  add_overview_route(router_, fifos_, queues_, rates_);
  add_events_route(router_, fifos_, queues_, feed_);
  auto tell = [this](const Totals& totals) { return census_json(totals); };
  add_daemon_routes(
      router_, [this] { return Census(fifo_store_, queues_); }, tell, tell,
      "{}");
}

// What Server puts into /status and /metrics, as far as it is of the engines.
std::string Daemon::census_json(const Totals& totals) {
  return JsonObject()
      .add("fifos", totals.fifos)
      .add("live", totals.live)
      .add("held", totals.held)
      .add("queues", totals.queues)
      .add("messages", totals.messages)
      .add("ephemeral_messages", totals.ephemeral_messages)
      .add("leased", totals.leased)
      .add("keys", queues_.keys())
      .add("parked", fifos_.parked() + queues_.parked())
      .add("connection_turns", fifos_.connection_turns())
      .line();
}

// As a process that is killed: nothing is written any more.
Daemon::~Daemon() {
  witness_ = {};
  database_->keep_log_on_close();
  connections_.close_all();
  wires_.finish_closing();
}

void Daemon::recover() {
  fifos_.recover(now(), clock_.same_boot());
  queues_.recover(now());
  if (!clock_.same_boot()) {
    database_->commit();
    database_->sync();
    recovered_ = true;
  }
  clock_.new_iteration({});
}

void Daemon::recover_again() {
  if (!std::exchange(recovery_undone_, false)) return;
  fifos_.recover(now(), true);
  queues_.recover(now());
}

ConnectionId Daemon::connect(pid_t pid, Wire*& wire) {
  Peer peer;
  peer.pid = pid;
  peer.remote = pid == 0;
  if (peer.remote) peer.timeout = kRemoteTimeout;
  Connection& made = connections_.make(
      *this, peer.remote ? Transport::kTcp : Transport::kUnix);
  made.start(peer);
  wire = &wires_.last();
  return ++last_;
}

Result<> Daemon::admit(const RequestHead& head, ConnectionId caller) {
  Result<> admitted = admission_.admit(head);
  if (admitted) connections_.let_in(caller);
  return admitted;
}

void Daemon::resume() {
  if (retry_ && now() >= *retry_) retry_.reset();
  connections_.resume_scheduled();
  connections_.go_on();
}

void Daemon::tick() {
  ticked_at_ = now();
  (void)commit_.attempt([this] {
    recover_again();
    fifos_.tick(now(), wall());
    queues_.tick(now(), wall());
    if (database_->dirty() || ephemeral_store_.dirty()) feed_.changed();
    feed_.tick(now());
  });
}

Outcome Daemon::end_iteration() {
  connections_.wake_due(now());
  witness_.ticking();
  tick();
  bool deadline_runs = fifos_.next_deadline() || queues_.next_deadline();
  if (database_->dirty() ||
      (deadline_runs && now() >= clock_.next_heartbeat())) {
    (void)commit_.attempt([this] { clock_.heartbeat(false); });
  }
  Outcome outcome = commit_.finish();
  events_.clear();
  queue_events_.clear();
  if (outcome == Outcome::kUnknown) return outcome;
  (void)commit_.attempt([this] { recover_again(); });
  std::optional<Instant> next = next_due();
  wait_.reset();
  if (next) wait_ = std::max(*next - now(), Duration::zero());
  clock_.new_iteration(next);
  return outcome;
}

Outcome Daemon::stop() {
  stopping_ = true;
  witness_.ticking();
  tick();
  fifos_.dismiss_callers({ErrorCode::kShuttingDown, "connect again"});
  queues_.dismiss_callers(going_down());
  feed_.dismiss_callers(going_down());
  witness_.dismissed();
  (void)commit_.attempt([this] { clock_.heartbeat(true); });
  Outcome outcome = commit_.finish();
  if (outcome != Outcome::kUnknown) connections_.drain();
  return outcome;
}

std::optional<Instant> Daemon::next_due() {
  if (retry_) return retry_;
  std::optional<Instant> next =
      sooner(fifos_.next_deadline(), queues_.next_deadline());
  if (next) next = sooner(next, clock_.next_heartbeat());
  return sooner(next, sooner(connections_.next_wake(), feed_.next_due()));
}

void Daemon::process_ended(std::int64_t ticket) {
  fifos_.process_ended(ticket, {});
  witness_.process_ended(ticket);
}

void Daemon::caller_gone(ConnectionId caller, Parting parting) {
  if (!witness_.caller_gone) return;
  if (!connections_.is_far(caller)) {
    fifos_.caller_gone(caller);
  } else {
    fifos_.caller_lost(caller, parting == Parting::kLost,
                       now() + kRemoteTimeout);
  }
  queues_.caller_gone(caller);
  feed_.caller_gone(caller);
  witness_.caller_gone(caller, parting);
}

void Daemon::Telling::notify(ConnectionId id, const Notice& notice) {
  const auto* news = std::get_if<News>(&notice);
  if (news != nullptr && !news->line.empty()) {
    daemon_.witness_.told(id, news->line);
  }
  if (news != nullptr && news->is_last) daemon_.witness_.ended_stream(id);
  daemon_.connections_.notify(id, notice);
}

void Daemon::schedule(ConnectionId caller) {
  connections_.schedule(caller);
  if (witness_.scheduled) witness_.scheduled(caller);
}

void Daemon::make_answer(ConnectionId caller) {
  connections_.make_answer(caller);
}

}  // namespace syncq::sim
