#include "daemon/server.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

#include "common/tcp_watch.h"
#include "daemon/daemon_handlers.h"
#include "daemon/fifo/fifo_handlers.h"
#include "daemon/http/reply.h"
#include "daemon/http/socket_state.h"
#include "daemon/overview/overview_handlers.h"
#include "daemon/process/hangup.h"
#include "daemon/process/socket_pointer.h"
#include "daemon/queue/queue_handlers.h"
#include "daemon/store/schema.h"
#include "daemon/store/store_rules.h"

namespace syncq {
namespace {

void require(int result, const char* doing) {
  if (result == 0) return;
  throw std::runtime_error(
      fmt::format("{}: {}; raise `ulimit -n`, or free some memory", doing,
                  uv_strerror(result)));
}

uv_loop_t* init_loop(uv_loop_t* loop) {
  require(uv_loop_init(loop), "making the daemon's loop");
  return loop;
}

template <typename Handle>
uv_handle_t* as_handle(Handle* handle) {
  return reinterpret_cast<uv_handle_t*>(handle);
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
      in_flight_(std::max(options.max_in_flight, 2 * options.max_message)),
      connections_(init_loop(&loop_), in_flight_),
      processes_(&loop_,
                 [this](std::int64_t seq, std::optional<int> status) {
                   fifos_.process_ended(seq, status);
                 }),
      fifos_(fifo_store_, connections_, processes_, events_),
      queues_(queue_store_, ephemeral_store_, connections_, queue_events_),
      feed_(fifos_, queues_, queue_rates_, connections_),
      commit_(
          {database_.get(), &ephemeral_store_}, [this] { on_commit(); },
          [this](const StoreError& error) { on_abort(error); }) {
  database_->set_full_sync(options.durability != "normal");
  recover();
  started_ = last_work_ = clock_.now();
  init_handles();
  add_routes();
}

void Server::recover() {
  std::vector<Breach> mended = mend_breaches(*database_, now());
  for (const Breach& breach : mended) {
    log_.warn("mended the store: {} ({})", breach.what, breach.rows);
  }
  fifos_.recover(now(), clock_.same_boot());
  queues_.recover(now());
  // What can't be done twice is committed on its own: no aborted transaction
  // may undo it. The rest must not keep a daemon from starting on a full disk.
  if (mended.empty() && clock_.same_boot()) return;
  database_->commit();
  database_->sync();
  recovered_ = true;
}

// The first transaction was aborted, and with it what recover() did.
void Server::recover_again() {
  if (!std::exchange(recovery_undone_, false)) return;
  fifos_.recover(now(), true);
  queues_.recover(now());
}

Server::~Server() {
  // If run() was never reached, the handles are still open.
  if (!finished_) {
    finish();
    uv_run(&loop_, UV_RUN_DEFAULT);
  }
  uv_loop_close(&loop_);
}

void Server::init_handles() {
  uv_prepare_init(&loop_, &prepare_);
  prepare_.data = this;
  uv_prepare_start(&prepare_, [](uv_prepare_t* handle) {
    static_cast<Server*>(handle->data)->prepare();
  });
  uv_idle_init(&loop_, &delay_);
  uv_idle_init(&loop_, &idle_);
  idle_.data = this;
  uv_timer_init(&loop_, &timer_);
  timer_.data = this;
  constexpr std::array kSignals = {SIGTERM, SIGINT, SIGHUP};
  for (std::size_t i = 0; i < kSignals.size(); ++i) {
    require(uv_signal_init(&loop_, &signals_[i]), "watching for signals");
    signals_[i].data = this;
    auto on_signal = [](uv_signal_t* handle, int signal) {
      auto* self = static_cast<Server*>(handle->data);
      if (signal == SIGHUP) return self->refresh();
      self->stop(signal == SIGTERM ? "SIGTERM" : "SIGINT");
    };
    require(uv_signal_start(&signals_[i], on_signal, kSignals[i]),
            "watching for signals");
  }
  take_hangups();
}

void Server::add_routes() {
  add_fifo_routes(router_, fifos_);
  add_hold_route(router_, fifos_);
  add_history_routes(router_, fifos_);
  add_steering_routes(router_, fifos_);
  add_queue_routes(router_, queues_);
  add_overview_route(router_, fifos_, queues_, queue_rates_);
  add_events_route(router_, fifos_, queues_, feed_);
  add_daemon_routes(
      router_, [this] { return Census(fifo_store_, queues_); },
      [this](const Totals& totals) { return status_json(totals); },
      [this](const Totals& totals) { return metrics_text(totals); },
      config_json(options_));
}

void Server::listen(UniqueFd socket, bool inherited) {
  inherited_ = inherited;
  socket_file_ = file_at(options_.paths.socket);
  listener_ = Listener::serve(
      &loop_, std::move(socket), Transport::kUnix, [this] { return full(); },
      [this](uv_stream_t* server) { accept(server); });
}

void Server::listen_on_tcp() {
  remote_.serve(
      &loop_, options_.tcp, options_.paths.token(),
      [this] { return full_of_remote(); },
      [this](uv_stream_t* server) { accept_remote(server); });
}

bool Server::few_left() const {
  return connections_.size() >= kMaxConnections ||
         !can_open(listener_->fd(), spare_files_);
}

// The holder of a turn must get through, however many others are connected.
bool Server::crowded() {
  if (!few_left()) return false;
  connections_.close_idle(kReserve);
  return few_left();
}

bool Server::full() {
  return crowded() && (connections_.size() >= kMaxConnections + kReserve ||
                       !can_open(listener_->fd(), 1));
}

bool Server::full_of_remote() {
  // What is closed counts until the end of this iteration.
  if (connections_.strangers() >= most_strangers_) {
    connections_.close_strangers(std::max<std::size_t>(most_strangers_ / 4, 1));
    return true;
  }
  if (connections_.remote() < most_remote_ && !crowded()) return false;
  connections_.close_idle_remote(kReserve);
  return connections_.remote() >= most_remote_ || few_left();
}

void Server::accept(uv_stream_t* server) {
  Connection& made = connections_.make(*this, Transport::kUnix);
  if (uv_accept(server, made.stream()) != 0) return made.close();
  ++counters_.connections;
  Peer peer = peer_of(made.fd());
  peer.timeout = options_.tcp.timeout;
  if (peer.uid != geteuid() && peer.uid != 0) {
    ++counters_.refused_peers;
    log_.warn("refused a connection of user {} (pid {})", peer.uid, peer.pid);
    return made.close();
  }
  made.start(peer);
}

void Server::accept_remote(uv_stream_t* server) {
  Connection& made = connections_.make(*this, Transport::kTcp);
  if (uv_accept(server, made.stream()) != 0) return made.close();
  ++counters_.connections;
  watch_tcp_peer(made.fd(), options_.tcp.timeout);
  // Each answer, and each line of a stream, goes out at once.
  uv_tcp_nodelay(made.tcp(), 1);
  Peer peer;
  peer.remote = true;
  peer.timeout = options_.tcp.timeout;
  made.start(peer);
}

Result<> Server::admit(const RequestHead& head, ConnectionId caller) {
  Result<> admitted = remote_.admit(head, connections_.fd_of(caller), now());
  if (admitted) connections_.let_in(caller);
  return admitted;
}

void Server::run() {
  // What the start took is no iteration's.
  clock_.new_iteration({});
  uv_run(&loop_, UV_RUN_DEFAULT);
  if (abandoned_) throw SyncFailed(commit_.failure());
}

// Its directory may be gone: logind takes away a user's /run/user/UID at the
// last logout, and clients look elsewhere from then on.
void Server::find_socket_again() {
  if (options_.paths.socket_is_explicit) return;
  Result<Paths> paths = find_paths(std::nullopt);
  if (paths && paths->state_dir == options_.paths.state_dir) {
    options_.paths.socket = paths->socket;
  }
  Result<> made = make_directories(options_.paths);
  if (!made) throw std::runtime_error(made.refusal().message);
}

void Server::refresh() {
  try {
    log_.reopen();
    if (stopping_ || inherited_ || socket_exists(options_.paths.socket)) return;
    const std::string gone = options_.paths.socket;
    find_socket_again();
    UniqueFd socket = listen_at(options_.paths.socket);
    Listener::close(std::move(listener_));
    listen(std::move(socket), false);
    write_socket_pointer(options_.paths);
    log_.warn("the socket {} was gone: made {}", gone, options_.paths.socket);
  } catch (const std::runtime_error& error) {
    log_.error("{}", error.what());
  }
}

// A remote holder may still run its command, and ends it before this time is
// over: cli/run/supervise.cc. One that has ended its work has said so by
// `done`.
void Server::caller_gone(ConnectionId caller, Parting parting) {
  if (!connections_.is_far(caller)) {
    // How a short command ends is known by the time that it is watched.
    int fd = connections_.fd_of(caller);
    if (fifos_.caller_gone(caller)) {
      processes_.lend(peer_of(fd).pid, peer_pidfd(fd));
    }
  } else if (fifos_.caller_lost(caller, parting == Parting::kLost,
                                now() + options_.tcp.timeout)) {
    log_.info(
        "a remote client is gone without a word: its ticket waits for it");
  }
  queues_.caller_gone(caller);
  feed_.caller_gone(caller);
}

// An active idle handle keeps the loop from waiting, and runs before the
// prepare phase: what is resumed belongs to the next iteration.
void Server::work_in_next_iteration() {
  uv_idle_start(&idle_, [](uv_idle_t* handle) {
    Connections& all = static_cast<Server*>(handle->data)->connections_;
    all.resume_scheduled();
    all.go_on();
    if (!all.any_scheduled() && !all.makes_answers()) uv_idle_stop(handle);
  });
}

void Server::schedule(ConnectionId caller) {
  connections_.schedule(caller);
  work_in_next_iteration();
}

void Server::make_answer(ConnectionId caller) {
  connections_.make_answer(caller);
  work_in_next_iteration();
}

// Its request may have been large, even if it was never answered.
void Server::closed(ConnectionId caller) {
  connections_.forget(caller);
  idle_trim_.used(now());
}

void Server::wake_at(ConnectionId caller, Instant when) {
  connections_.wake_at(caller, when);
}

// Tickets stay as they are; callers that wait for one are told to come back.
void Server::stop(const char* why) {
  if (stopping_) return;
  log_.info("stopping: {}", why);
  unlink_socket();
  stopping_ = true;
  tick();
  fifos_.dismiss_callers(
      {ErrorCode::kShuttingDown,
       "the daemon is going down: connect again, your ticket is kept"});
  queues_.dismiss_callers(going_down());
  feed_.dismiss_callers(going_down());
  (void)commit_.attempt([this] { clock_.heartbeat(true); });
  if (commit_.finish() == Outcome::kUnknown) return abandon();
  publish_events();
  close_listeners();
  connections_.drain();
  drain_until_ = now() + kMaxDrain;
  drain_stalls_at_ = now() + kDrainStall;
  drain();
}

// A service manager may have put its own in its place.
void Server::unlink_socket() {
  const std::string& path = options_.paths.socket;
  if (!inherited_ && file_at(path) == socket_file_) unlink(path.c_str());
}

void Server::close_listeners() {
  if (listener_) Listener::close(std::move(listener_));
  remote_.close();
}

// Until all is sent, or clients stop reading.
void Server::drain() {
  std::size_t unsent = connections_.unsent();
  if (std::exchange(unsent_, unsent) != unsent) {
    drain_stalls_at_ = now() + kDrainStall;
  }
  bool over = now() >= std::min(drain_until_, drain_stalls_at_);
  if (connections_.size() > 0 && !over) return;
  if (unsent_ > 0) log_.warn("{} answer bytes were not taken", unsent_);
  finish();
}

// What is stored is unknown, so nothing more is sent. Clients take it for a
// crash, and the next one starts a daemon that reads what is there.
void Server::abandon() {
  stopping_ = abandoned_ = true;
  finish();
}

void Server::finish() {
  finished_ = true;
  hold_hangups();
  close_listeners();
  connections_.close_all();
  processes_.close();
  for (uv_handle_t* handle :
       {as_handle(&prepare_), as_handle(&idle_), as_handle(&delay_),
        as_handle(&timer_), as_handle(&signals_[0]), as_handle(&signals_[1]),
        as_handle(&signals_[2])}) {
    if (uv_is_closing(handle) == 0) uv_close(handle, nullptr);
  }
}

}  // namespace syncq
