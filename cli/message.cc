#include "cli/message.h"

#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <ctime>

#include "cli/failure.h"

namespace syncq {
namespace {

// Blocks SIGPIPE for a while, without touching its disposition, which the
// command of `syncq run` inherits.
class NoSigpipe {
 public:
  NoSigpipe() {
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    sigset_t pending;
    sigpending(&pending);
    was_pending_ = sigismember(&pending, SIGPIPE) == 1;
    pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  ~NoSigpipe() {
    timespec none{};
    while (!was_pending_ && sigtimedwait(&pipe_, nullptr, &none) > 0) {
    }
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  NoSigpipe(const NoSigpipe&) = delete;
  NoSigpipe& operator=(const NoSigpipe&) = delete;

 private:
  sigset_t pipe_;
  sigset_t before_;
  bool was_pending_ = false;
};

// False where the rest can't be written; errno says why.
bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t count = write(fd, bytes.data(), bytes.size());
    if (count >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(count));
    } else if (errno == EAGAIN) {
      // A terminal or pipe somebody else made non-blocking.
      pollfd ready{fd, POLLOUT, 0};
      poll(&ready, 1, 1000);
    } else if (errno != EINTR) {
      return false;
    }
  }
  return true;
}

}  // namespace

void write_stderr(std::string_view bytes) {
  NoSigpipe guard;
  write_all(STDERR_FILENO, bytes);
}

void say(std::string_view text) {
  write_stderr(fmt::format("syncq: {}\n", text));
}

void print(std::string_view data) {
  if (!write_all(STDOUT_FILENO, data)) {
    throw Failure(
        fmt::format("writing to stdout: {}; what was asked for has "
                    "been done, its answer is lost",
                    std::strerror(errno)));
  }
}

void print_line(std::string_view data) {
  print(data.ends_with('\n') ? std::string(data) : std::string(data) + "\n");
}

}  // namespace syncq
