// The loop iteration: what is decided between two waits, and when the next one
// is due.

#include <unistd.h>

#include <algorithm>
#include <utility>

#include "daemon/event_text.h"
#include "daemon/server.h"

namespace syncq {
namespace {

// Retry delay after an aborted transaction.
constexpr Duration kRetryDelay = std::chrono::seconds(1);

// The age up to which an iteration is kept open for clients that have sent more
// than their share of it.
constexpr Duration kMaxSharing = std::chrono::milliseconds(10);

// The same for more requests to come: about what a sync costs.
constexpr Duration kMaxCommitDelay = std::chrono::microseconds(500);

}  // namespace

// Before the loop waits.
void Server::prepare() {
  if (delay_commit()) {
    uv_idle_start(&delay_, [](uv_idle_t*) {});
    return;
  }
  uv_idle_stop(&delay_);
  staged_at_delay_ = 0;
  end_iteration();
}

// A commit that must wait for the disk is delayed while more requests come:
// clients that were answered together ask again one after the other, and would
// wait for two syncs instead of one.
bool Server::delay_commit() {
  if (stopping_ || !database_->dirty() || !commit_.promised()) return false;
  if (connections_.any_scheduled()) return clock_.iteration_age() < kMaxSharing;
  if (commit_.staged() == staged_at_delay_) return false;
  staged_at_delay_ = commit_.staged();
  return clock_.iteration_age() < kMaxCommitDelay;
}

// All that is still to be decided and written in this iteration.
void Server::tick() {
  (void)commit_.attempt([this] {
    recover_again();
    fifos_.tick(now(), wall());
    queues_.tick(now(), wall());
    if (database_->dirty() || ephemeral_store_.dirty()) feed_.changed();
    feed_.tick(now());
  });
  processes_.take_back();
}

// What this iteration has left to decide is decided here, and only then are its
// answers sent.
void Server::end_iteration() {
  connections_.wake_due(now());
  tick();
  bool idle_beat = deadline_runs() && now() >= clock_.next_heartbeat();
  if (database_->dirty() || idle_beat) {
    (void)commit_.attempt([this] { clock_.heartbeat(false); });
  }
  const std::size_t answers = commit_.staged();
  if (answers > 0) idle_trim_.used(now());
  const Duration decided = committed_at_ = clock_.iteration_age();
  if (commit_.finish() == Outcome::kUnknown) return abandon();
  // Before the next requests.
  (void)commit_.attempt([this] { recover_again(); });
  publish_events();
  auto slow = slow_.note({decided, committed_at_ - decided,
                          clock_.iteration_age() - committed_at_, answers},
                         now());
  if (slow) log_.warn("{}", *slow);
  idle_trim_.tick(now());
  if (listener_ && !stopping_) listener_->resume();
  if (!stopping_) remote_.resume();
  if (!stopping_) check_idle();
  if (stopping_ && !finished_) drain();
  std::optional<Instant> next = next_due();
  if (!finished_) arm_timer(next);
  clock_.new_iteration(next);
}

void Server::on_commit() {
  committed_at_ = clock_.iteration_age();
  ++counters_.commits;
  idle_trim_.used(now());
  retry_.reset();
  recovered_ = true;
  fifos_.committed();
  queues_.committed();
}

// What clients make happen thousands of times a second.
template <typename Event>
constexpr bool is_routine(const Event&) {
  return std::is_same_v<Event, TurnGiven> || std::is_same_v<Event, TurnEnded> ||
         std::is_same_v<Event, MessageGivenUp>;
}

void Server::publish_events() {
  auto publish = [this](const auto& event) {
    count(event);
    bool logged = !is_routine(event) || budget_.admits(now());
    if (logged) log_.write(Log::Level::kInfo, text_of(event));
  };
  if (std::int64_t left_out = budget_.left_out(now())) {
    log_.info("left out {} lines on turns and messages: over {} in {}",
              left_out, LogBudget::kLines,
              describe_duration(LogBudget::kPeriod));
  }
  for (const Event& event : events_) std::visit(publish, event);
  for (const QueueEvent& event : queue_events_) std::visit(publish, event);
  events_.clear();
  queue_events_.clear();
}

void Server::on_abort(const StoreError& error) {
  ++counters_.aborts;
  log_.error("the store failed, the transaction is undone: {}", error.what());
  retry_ = now() + kRetryDelay;
  events_.clear();
  queue_events_.clear();
  fifos_.rolled_back();
  queues_.rolled_back();
  feed_.rolled_back();
  recovery_undone_ = !recovered_;
}

bool Server::deadline_runs() {
  return fifos_.next_deadline() || queues_.next_deadline();
}

std::optional<Instant> Server::next_due() {
  if (retry_) return retry_;
  std::optional<Instant> next =
      sooner(fifos_.next_deadline(), queues_.next_deadline());
  if (next) next = sooner(next, clock_.next_heartbeat());
  next = sooner(next, sooner(connections_.next_wake(), idle_trim_.due()));
  next = sooner(next, sooner(feed_.next_due(), budget_.next_due()));
  if (stopping_) return sooner(next, std::min(drain_until_, drain_stalls_at_));
  if (options_.idle_exit == Duration::zero()) return next;
  return sooner(next, last_work_ + options_.idle_exit);
}

void Server::arm_timer(std::optional<Instant> next) {
  if (!next) {
    uv_timer_stop(&timer_);
    return;
  }
  // Up, not down: a timer that is early finds nothing due and spins.
  Duration ahead =
      std::max(*next - now() - clock_.iteration_age(), Duration::zero());
  auto millis = std::chrono::ceil<std::chrono::milliseconds>(ahead).count();
  uv_update_time(&loop_);
  uv_timer_start(
      &timer_,
      [](uv_timer_t* handle) {
        auto* self = static_cast<Server*>(handle->data);
        self->retry_.reset();
      },
      static_cast<std::uint64_t>(millis), 0);
}

bool Server::has_work() {
  if (connections_.size() > 0 || fifos_.parked() > 0) return true;
  return keeps_anything(fifo_store_, queues_);
}

void Server::check_idle() {
  if (socket_removed_ && !listener_->pending()) {
    socket_removed_ = false;
    refresh();
  }
  if (options_.idle_exit == Duration::zero()) return;
  if (connections_.size() > 0) last_work_ = now();
  if (now() - last_work_ < options_.idle_exit) return;
  bool idle = false;
  (void)commit_.attempt([&] { idle = !has_work(); });
  if (!idle) {
    last_work_ = now();
    return;
  }
  // No client can connect once the socket is gone; those that came before are
  // still served.
  unlink_socket();
  socket_removed_ = !inherited_ && listener_->pending();
  if (!listener_->pending()) stop("idle");
}

}  // namespace syncq
