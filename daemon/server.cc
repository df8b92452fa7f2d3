#include "daemon/server.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "daemon/daemon_handlers.h"
#include "daemon/fifo_handlers.h"
#include "daemon/queue_handlers.h"
#include "daemon/schema.h"
#include "daemon/socket_state.h"

namespace syncq {
namespace {

// How long after a lost turn what it should have done is tried again.
constexpr Duration kRetry = std::chrono::seconds(1);

// The age up to which a turn is kept open: about what a sync costs.
constexpr Duration kMostGathering = std::chrono::microseconds(500);

uv_loop_t* init_loop(uv_loop_t* loop) {
  uv_loop_init(loop);
  return loop;
}

template <typename Handle>
uv_handle_t* as_handle(Handle* handle) {
  return reinterpret_cast<uv_handle_t*>(handle);
}

std::string_view reason_of(const Ticket& ticket) {
  return ticket.end == TicketEnd::kWaitTimeout ? "wait_timeout"
         : ticket.state == TicketState::kReady ? "accept_timeout"
                                               : "done_timeout";
}

}  // namespace

Server::Server(const DaemonOptions& options, Log& log, const InstanceLock&)
    : options_(options),
      log_(log),
      database_(open_store(options.paths.store())),
      meta_(*database_),
      fifo_store_(*database_),
      queue_store_(*database_),
      clock_(meta_),
      connections_(init_loop(&loop_)),
      processes_(&loop_,
                 [this](std::int64_t seq) { fifos_.process_ended(seq); }),
      fifos_(fifo_store_, connections_, processes_, *this),
      queues_(queue_store_, ephemeral_store_, connections_),
      batch_(
          {database_.get(), &ephemeral_store_}, [this] { turn_kept(); },
          [this](const StoreError& error) { turn_lost(error); }) {
  database_->set_full_sync(options.durability != "normal");
  fifos_.recover(clock_.now(), clock_.same_boot());
  // What the first start after a boot mends must not go with a lost turn.
  if (!clock_.same_boot()) database_->commit(Transactions::Sync::kFull);
  started_ = last_work_ = clock_.now();
  init_handles();
  add_routes();
}

Server::~Server() {
  // Where run() was never reached: the handles are still open.
  if (!stopping_) {
    finish();
    run();
  }
  uv_loop_close(&loop_);
}

void Server::init_handles() {
  uv_prepare_init(&loop_, &prepare_);
  prepare_.data = this;
  uv_prepare_start(&prepare_, [](uv_prepare_t* handle) {
    static_cast<Server*>(handle->data)->prepare();
  });
  uv_idle_init(&loop_, &gathering_);
  uv_idle_init(&loop_, &idle_);
  idle_.data = this;
  uv_timer_init(&loop_, &timer_);
  timer_.data = this;
  constexpr std::array kSignals = {SIGTERM, SIGINT, SIGHUP};
  for (std::size_t i = 0; i < kSignals.size(); ++i) {
    uv_signal_init(&loop_, &signals_[i]);
    signals_[i].data = this;
    uv_signal_start(
        &signals_[i],
        [](uv_signal_t* handle, int signal) {
          auto* self = static_cast<Server*>(handle->data);
          if (signal == SIGHUP) return self->refresh();
          self->stop(signal == SIGTERM ? "SIGTERM" : "SIGINT");
        },
        kSignals[i]);
  }
}

void Server::add_routes() {
  add_fifo_routes(router_, fifos_);
  add_hold_route(router_, fifos_);
  add_queue_routes(router_, queues_);
  add_daemon_routes(
      router_, [this] { return status_json(); },
      [this] { return metrics_text(); });
}

void Server::listen(UniqueFd socket, bool inherited) {
  inherited_ = inherited;
  listener_ = std::make_unique<Listener>(
      &loop_, std::move(socket),
      [this] { return connections_.size() >= kMaxConnections; },
      [this](uv_stream_t* server) { accept(server); });
}

void Server::accept(uv_stream_t* server) {
  Connection& made = connections_.make(*this, Connection::Transport::kUnix);
  if (uv_accept(server, made.stream()) != 0) return made.close();
  ++counters_.connections;
  Peer peer = peer_of(made.fd());
  if (peer.uid != geteuid() && peer.uid != 0) {
    ++counters_.refused_peers;
    log_.warn("refused a connection of user {} (pid {})", peer.uid, peer.pid);
    return made.close();
  }
  made.start(peer);
}

void Server::run() { uv_run(&loop_, UV_RUN_DEFAULT); }

// Before the loop waits.
void Server::prepare() {
  if (gather()) {
    uv_idle_start(&gathering_, [](uv_idle_t*) {});
    return;
  }
  uv_idle_stop(&gathering_);
  gathered_ = 0;
  end_turn();
}

// A turn that is going to wait for the disk is kept open while more requests
// come: clients that were answered together ask again one after the other,
// and would wait for two syncs in place of one.
bool Server::gather() {
  if (stopping_ || !database_->dirty() || !batch_.promised()) return false;
  if (batch_.staged() == gathered_) return false;
  gathered_ = batch_.staged();
  return clock_.turn_age() < kMostGathering;
}

// All that is still to be decided and written in this turn.
void Server::tick() {
  (void)batch_.attempt([this] {
    fifos_.tick(now());
    queues_.tick(now(), wall());
  });
}

// All that this turn decides is decided here, and only then are its answers
// sent.
void Server::end_turn() {
  tick();
  if (database_->dirty()) {
    (void)batch_.attempt([this] { clock_.heartbeat(false); });
  }
  if (batch_.staged() > 0) spare_memory_.used(now());
  batch_.finish();
  spare_memory_.tick(now());
  connections_.close_due(now());
  if (listener_ && !stopping_) listener_->resume();
  if (!stopping_) check_idle();
  arm_timer();
  clock_.new_turn();
}

void Server::turn_kept() {
  ++counters_.commits;
  retry_.reset();
  fifos_.committed();
  queues_.committed();
}

void Server::turn_lost(const StoreError& error) {
  ++counters_.lost_turns;
  log_.error("the store failed, the turn is lost: {}", error.what());
  retry_ = now() + kRetry;
  fifos_.rolled_back();
  queues_.rolled_back();
}

std::optional<Instant> Server::next_due() {
  if (retry_) return retry_;
  std::optional<Instant> next = fifos_.next_deadline();
  auto sooner = [&next](std::optional<Instant> other) {
    if (other && (!next || *other < *next)) next = other;
  };
  sooner(queues_.next_deadline());
  sooner(connections_.next_close());
  sooner(spare_memory_.due());
  if (options_.idle_exit != Duration::zero()) {
    sooner(last_work_ + options_.idle_exit);
  }
  return next;
}

void Server::arm_timer() {
  std::optional<Instant> next = next_due();
  if (!next || stopping_) {
    uv_timer_stop(&timer_);
    return;
  }
  // Up, not down: a timer that is early finds nothing due and spins.
  Duration ahead = std::max(*next - now(), Duration::zero());
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
  // Queue deadlines do not count where nobody waits for them: they are made up
  // for at the next start.
  QueueEngine::Totals queues = queues_.totals();
  return connections_.size() > 0 || fifos_.parked() > 0 ||
         fifo_store_.totals().live > 0 || queues.ephemeral_messages > 0 ||
         queues.leased > 0;
}

void Server::check_idle() {
  if (socket_removed_ && !listener_->pending()) {
    socket_removed_ = false;
    refresh();
  }
  if (options_.idle_exit == Duration::zero()) return;
  if (connections_.size() > 0) last_work_ = now();
  if (now() - last_work_ < options_.idle_exit) return;
  if (has_work()) {
    last_work_ = now();
    return;
  }
  // Nobody can come any more once the socket is gone; who came before that is
  // still served.
  if (!inherited_) unlink(options_.paths.socket.c_str());
  socket_removed_ = !inherited_ && listener_->pending();
  if (!listener_->pending()) stop("idle");
}

void Server::refresh() {
  log_.reopen();
  if (stopping_ || inherited_ || socket_exists(options_.paths.socket)) return;
  try {
    UniqueFd socket = listen_at(options_.paths.socket);
    Listener::close(std::move(listener_));
    listen(std::move(socket), false);
    log_.warn("the socket {} was gone: made it again", options_.paths.socket);
  } catch (const std::runtime_error& error) {
    log_.error("{}", error.what());
  }
}

void Server::caller_gone(CallerId caller) {
  fifos_.caller_gone(caller);
  queues_.caller_gone(caller);
}

// An active idle handle keeps the loop from waiting, and runs before the
// prepare phase: what is resumed belongs to the next turn.
void Server::schedule(CallerId caller) {
  connections_.schedule(caller);
  uv_idle_start(&idle_, [](uv_idle_t* handle) {
    auto* self = static_cast<Server*>(handle->data);
    self->connections_.resume_scheduled();
    if (!self->connections_.any_scheduled()) uv_idle_stop(handle);
  });
}

void Server::closed(CallerId caller) { connections_.forget(caller); }

void Server::close_at(CallerId caller, Instant when) {
  connections_.close_at(caller, when);
}

void Server::expired(const Fifo& fifo, const Ticket& ticket) {
  ++counters_.expired;
  log_.info("ticket {} of FIFO {} expired: {}", ticket.uuid.text(),
            fifo.name.empty() ? fifo.uuid.text() : fifo.name,
            reason_of(ticket));
}

void Server::unused(const Fifo& fifo) {
  log_.info("FIFO {} ({}) was not used and is destroyed", fifo.uuid.text(),
            fifo.name);
}

// Tickets stay as they are; who waits for one is told to come back.
void Server::stop(const char* why) {
  if (stopping_) return;
  log_.info("stopping: {}", why);
  if (!inherited_) unlink(options_.paths.socket.c_str());
  stopping_ = true;
  tick();
  fifos_.dismiss_callers(
      {ErrorCode::kShuttingDown,
       "the daemon is going down: connect again, your ticket is kept"});
  queues_.dismiss_callers(
      {ErrorCode::kShuttingDown, "the daemon is going down: connect again"});
  (void)batch_.attempt([this] { clock_.heartbeat(true); });
  batch_.finish();
  finish();
}

void Server::finish() {
  if (listener_) Listener::close(std::move(listener_));
  connections_.close_all();
  processes_.close();
  for (uv_handle_t* handle :
       {as_handle(&prepare_), as_handle(&idle_), as_handle(&gathering_),
        as_handle(&timer_), as_handle(&signals_[0]), as_handle(&signals_[1]),
        as_handle(&signals_[2])}) {
    if (uv_is_closing(handle) == 0) uv_close(handle, nullptr);
  }
}

}  // namespace syncq
