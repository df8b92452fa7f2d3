#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "common/unique_fd.h"
#include "daemon/process_watch.h"

namespace syncq {
namespace {

// A pidfd of this very process, not of a later one with its pid. Nothing when
// it has ended.
UniqueFd open_process(const Process& process) {
  UniqueFd fd(static_cast<int>(syscall(SYS_pidfd_open, process.pid, 0)));
  if (!fd) return fd;
  // Compared with the pidfd open: from here on the pid can't change hands
  // without our seeing it end. Hidden (/proc with hidepid, a setuid program):
  // taken for the same, rather than to run two at once.
  std::optional<Process> found = find_process(process.pid);
  if (found && found->start != process.start) return UniqueFd();
  pollfd poller{fd.get(), POLLIN, 0};
  if (poll(&poller, 1, 0) > 0) return UniqueFd();
  return fd;
}

}  // namespace

struct ProcessWatch::Watched {
  uv_poll_t handle;
  UniqueFd fd;
  std::int64_t key = 0;
  ProcessWatch* watch = nullptr;
};

ProcessWatch::ProcessWatch(uv_loop_t* loop,
                           std::function<void(std::int64_t)> ended)
    : loop_(loop), ended_(std::move(ended)) {}

ProcessWatch::~ProcessWatch() = default;

bool ProcessWatch::watch(std::int64_t key, const Process& process) {
  unwatch(key);
  UniqueFd fd = open_process(process);
  if (!fd) return false;
  auto watched = std::make_unique<Watched>();
  watched->key = key;
  watched->watch = this;
  watched->fd = std::move(fd);
  uv_poll_init(loop_, &watched->handle, watched->fd.get());
  watched->handle.data = watched.get();
  uv_poll_start(&watched->handle, UV_READABLE, [](uv_poll_t* handle, int, int) {
    auto* self = static_cast<Watched*>(handle->data);
    ProcessWatch* watch = self->watch;
    std::int64_t key = self->key;
    watch->unwatch(key);
    watch->ended_(key);
  });
  watched_[key] = std::move(watched);
  return true;
}

void ProcessWatch::unwatch(std::int64_t key) {
  auto found = watched_.find(key);
  if (found == watched_.end()) return;
  Watched* watched = found->second.release();
  watched_.erase(found);
  uv_poll_stop(&watched->handle);
  uv_close(
      reinterpret_cast<uv_handle_t*>(&watched->handle),
      [](uv_handle_t* handle) {
        std::unique_ptr<Watched> owned(static_cast<Watched*>(handle->data));
      });
}

void ProcessWatch::close() {
  while (!watched_.empty()) unwatch(watched_.begin()->first);
}

}  // namespace syncq
