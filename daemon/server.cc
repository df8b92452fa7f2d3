#include "daemon/server.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>

#include "daemon/daemon_handlers.h"
#include "daemon/fifo_handlers.h"
#include "daemon/queue_handlers.h"
#include "daemon/schema.h"
#include "daemon/socket_state.h"

namespace syncq {
namespace {

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
