#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <csignal>

#include "common/unique_fd.h"
#include "daemon/process/process_watch.h"

namespace syncq {
namespace {

// How often a process is looked at if it has no pidfd (too many open files, a
// kernel before 5.3).
constexpr std::uint64_t kLookEveryMs = 100;

UniqueFd spare() { return UniqueFd(open("/dev/null", O_RDONLY | O_CLOEXEC)); }

}  // namespace

struct ProcessWatch::Watched {
  uv_any_handle handle;  // a poll of the pidfd, or a timer
  UniqueFd fd;
  Process process;
  std::int64_t key = 0;
  ProcessWatch* watch = nullptr;

  void start(uv_loop_t* loop);
  void tell();
};

void ProcessWatch::Watched::start(uv_loop_t* loop) {
  // If it can't be polled, it is looked at like one without a pidfd.
  if (fd && uv_poll_init(loop, &handle.poll, fd.get()) == 0) {
    uv_poll_start(&handle.poll, UV_READABLE, [](uv_poll_t* poll, int, int) {
      static_cast<Watched*>(poll->data)->tell();
    });
  } else {
    uv_timer_init(loop, &handle.timer);
    uv_timer_start(
        &handle.timer,
        [](uv_timer_t* timer) {
          auto* self = static_cast<Watched*>(timer->data);
          if (self->watch->ended(self->process)) self->tell();
        },
        kLookEveryMs, kLookEveryMs);
  }
  handle.handle.data = this;
}

void ProcessWatch::Watched::tell() {
  ProcessWatch* owner = watch;
  std::int64_t ended_key = key;
  std::optional<int> status = status_of(process, fd.get());
  owner->unwatch(ended_key);
  owner->tell_(ended_key, status);
}

ProcessWatch::ProcessWatch(uv_loop_t* loop, Tell ended)
    : loop_(loop), tell_(std::move(ended)), reserve_(spare()) {}

ProcessWatch::~ProcessWatch() = default;

ProcessState ProcessWatch::look(const Process& process) {
  ProcessState state = state_of(process);
  if (state != ProcessState::kUnseen) return state;
  reserve_.reset();
  state = state_of(process);
  reserve_ = spare();
  return state;
}

bool ProcessWatch::ended(const Process& process) {
  return look(process) == ProcessState::kEnded;
}

bool ProcessWatch::signal(const Process& process, int number) {
  UniqueFd fd(static_cast<int>(syscall(SYS_pidfd_open, process.pid, 0)));
  // Compared with the pidfd open, as in watch().
  if (ended(process)) return false;
  if (!fd) return kill(process.pid, number) == 0;
  return syscall(SYS_pidfd_send_signal, fd.get(), number, nullptr, 0) == 0;
}

void ProcessWatch::lend(pid_t pid, UniqueFd pidfd) {
  lent_[pid] = std::move(pidfd);
}

void ProcessWatch::take_back() { lent_.clear(); }

UniqueFd ProcessWatch::open(pid_t pid) {
  auto lent = lent_.find(pid);
  if (lent != lent_.end()) return std::move(lent_.extract(lent).mapped());
  return UniqueFd(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
}

bool ProcessWatch::watch(std::int64_t key, const Process& process,
                         std::optional<int>& status) {
  unwatch(key);
  UniqueFd fd = open(process.pid);
  // Compared with the pidfd open: from here on the pid can't change hands
  // without our seeing it end.
  pollfd poller{fd.get(), POLLIN, 0};
  if (ended(process) || (fd && poll(&poller, 1, 0) > 0)) {
    status = status_of(process, fd.get());
    return false;
  }
  auto watched = std::make_unique<Watched>();
  watched->key = key;
  watched->watch = this;
  watched->process = process;
  watched->fd = std::move(fd);
  watched->start(loop_);
  watched_[key] = std::move(watched);
  return true;
}

void ProcessWatch::unwatch(std::int64_t key) {
  auto found = watched_.find(key);
  if (found == watched_.end()) return;
  Watched* watched = found->second.release();
  watched_.erase(found);
  uv_close(&watched->handle.handle, [](uv_handle_t* handle) {
    std::unique_ptr<Watched> owned(static_cast<Watched*>(handle->data));
  });
}

void ProcessWatch::close() {
  while (!watched_.empty()) unwatch(watched_.begin()->first);
}

}  // namespace syncq
