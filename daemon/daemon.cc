#include "daemon/daemon.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <stdexcept>
#include <utility>

#include "common/daemon_handle.h"
#include "common/process.h"
#include "common/version.h"
#include "daemon/http/listener.h"
#include "daemon/process/activation.h"
#include "daemon/process/hangup.h"
#include "daemon/process/instance_lock.h"
#include "daemon/process/log.h"
#include "daemon/process/open_files.h"
#include "daemon/process/ready_pipe.h"
#include "daemon/process/socket_pointer.h"
#include "daemon/server.h"

namespace syncq {
namespace {

// Messages and labels are their user's own, whatever the umask was.
void keep_files_private() { umask(077); }

void ignore_broken_pipes() { std::signal(SIGPIPE, SIG_IGN); }

// Signals the running daemon: if its socket was removed, it recreates it.
// `between_managers`: both are service managers', so neither may end the other.
int give_way(const DaemonOptions& options, ReadyPipe& client,
             const LockHolder& holder, bool between_managers) {
  if (auto daemon = DaemonHandle::find(holder.pid)) daemon->signal(SIGHUP);
  client.busy();
  if (options.ready_fd < 0) {
    std::fprintf(stderr,
                 "syncq: starting the daemon: another one (pid %d) serves %s; "
                 "%s\n",
                 static_cast<int>(holder.pid), options.paths.state_dir.c_str(),
                 between_managers
                     ? "a service manager has started that, too: disable one "
                       "of the two services, or give one a SYNCQ_STATE_DIR of "
                       "its own"
                     : "end it with 'syncq daemon stop' first");
  }
  return 1;
}

// A socket that a service manager has made takes the place of the one that was
// derived.
UniqueFd take_socket(Paths& paths) {
  UniqueFd inherited = take_inherited_socket();
  if (!inherited) return inherited;
  paths.socket = bound_path(inherited);
  paths.socket_is_explicit = true;
  if (!paths.socket.empty()) return inherited;
  throw std::runtime_error(
      "taking the socket of the service manager: it has no path; name one, as "
      "in ListenStream=%t/syncq.sock");
}

// A daemon that a command has started gives way to a service manager's, which
// may have put its socket in the place of that one's. Its clients come back:
// to this socket, not to start another daemon.
std::optional<InstanceLock> take_over(const Paths& paths, LockHolder& holder) {
  if (holder.activated) return std::nullopt;
  const auto patience = kMaxDrain + std::chrono::seconds(5);
  write_socket_pointer(paths);
  return InstanceLock::take_over(paths.instance_lock(), patience, holder);
}

void listen(Server& server, const Paths& paths, UniqueFd inherited) {
  // First: if an address is taken, there is no socket to be found.
  server.listen_on_tcp();
  const bool is_inherited = bool(inherited);
  server.listen(is_inherited ? std::move(inherited) : listen_at(paths.socket),
                is_inherited);
  write_socket_pointer(paths);
}

void serve(const DaemonOptions& options, UniqueFd inherited,
           const InstanceLock& lock, ReadyPipe& client) {
  Log log(options.paths.log(), options.log_level, options.ready_fd < 0);
  try {
    Server server(options, log, lock);
    listen(server, options.paths, std::move(inherited));
    log.info("started: version {}, pid {}, socket {}, durability {}", kVersion,
             getpid(), options.paths.socket, options.durability);
    client.ready();
    server.run();
    log.info("stopped");
  } catch (const std::exception& error) {
    log.error("{}", error.what());
    throw;
  }
}

}  // namespace

int run_daemon(DaemonOptions options) {
  ReadyPipe client(options.ready_fd);
  try {
    keep_files_private();
    ignore_broken_pipes();
    hold_hangups();
    raise_open_files();
    UniqueFd inherited = take_socket(options.paths);
    Result<> made = make_directories(options.paths);
    if (!made) throw std::runtime_error(made.refusal().message);
    const bool activated = bool(inherited);
    LockHolder holder;
    auto lock =
        InstanceLock::acquire(options.paths.instance_lock(), activated, holder);
    if (!lock && activated) lock = take_over(options.paths, holder);
    if (!lock) {
      return give_way(options, client, holder, activated && holder.activated);
    }
    serve(options, std::move(inherited), *lock, client);
    return 0;
  } catch (const std::exception& error) {
    client.failed(error.what());
    if (options.ready_fd < 0) std::fprintf(stderr, "syncq: %s\n", error.what());
    return 1;
  }
}

}  // namespace syncq
