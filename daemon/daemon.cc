#include "daemon/daemon.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <stdexcept>

#include "common/daemon_handle.h"
#include "common/process.h"
#include "common/state_file.h"
#include "common/version.h"
#include "daemon/http/listener.h"
#include "daemon/process/activation.h"
#include "daemon/process/hangup.h"
#include "daemon/process/instance_lock.h"
#include "daemon/process/log.h"
#include "daemon/process/open_files.h"
#include "daemon/process/ready_pipe.h"
#include "daemon/server.h"

namespace syncq {
namespace {

// Messages and labels are their user's own, whatever the umask was.
void keep_files_private() { umask(077); }

void ignore_broken_pipes() { std::signal(SIGPIPE, SIG_IGN); }

// This only helps other clients: a full disk must not keep the daemon from
// starting.
void write_socket_pointer(const Paths& paths) {
  std::string path = paths.socket_pointer();
  UniqueFd fd = open_state_file(path, O_WRONLY | O_CREAT | O_TRUNC);
  if (!fd && errno != ENOSPC) {
    throw std::runtime_error(
        fmt::format("writing {}: {}", path, explain_state_file(errno)));
  }
  std::string line = paths.socket + '\n';
  if (fd && write(fd.get(), line.data(), line.size()) < 0) unlink(path.c_str());
}

// Signals the running daemon: if its socket was removed, it recreates it.
int give_way(const DaemonOptions& options, ReadyPipe& client, pid_t holder) {
  if (auto daemon = DaemonHandle::find(holder)) daemon->signal(SIGHUP);
  client.busy();
  if (options.ready_fd < 0) {
    std::fprintf(stderr,
                 "syncq: starting the daemon: another one (pid %d) serves %s; "
                 "end it with 'syncq daemon stop' first\n",
                 static_cast<int>(holder), options.paths.state_dir.c_str());
  }
  return 1;
}

void listen(Server& server, const Paths& paths) {
  // First: if an address is taken, there is no socket to be found.
  server.listen_on_tcp();
  UniqueFd inherited = take_inherited_socket();
  if (inherited) return server.listen(std::move(inherited), true);
  server.listen(listen_at(paths.socket), false);
  write_socket_pointer(paths);
}

void serve(const DaemonOptions& options, const InstanceLock& lock,
           ReadyPipe& client) {
  Log log(options.paths.log(), options.log_level, options.ready_fd < 0);
  try {
    Server server(options, log, lock);
    listen(server, options.paths);
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

int run_daemon(const DaemonOptions& options) {
  ReadyPipe client(options.ready_fd);
  try {
    keep_files_private();
    ignore_broken_pipes();
    hold_hangups();
    raise_open_files();
    Result<> made = make_directories(options.paths);
    if (!made) throw std::runtime_error(made.refusal().message);
    pid_t holder = 0;
    auto lock = InstanceLock::acquire(options.paths.instance_lock(), holder);
    if (!lock) return give_way(options, client, holder);
    serve(options, *lock, client);
    return 0;
  } catch (const std::exception& error) {
    client.failed(error.what());
    if (options.ready_fd < 0) std::fprintf(stderr, "syncq: %s\n", error.what());
    return 1;
  }
}

}  // namespace syncq
