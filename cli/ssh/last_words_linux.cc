#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "cli/ssh/last_words.h"

namespace syncq {
namespace {

constexpr std::size_t kMostWords = 1024;

std::system_error failure() { return {errno, std::generic_category()}; }

}  // namespace

LastWords::LastWords() : over_(above_stdio(UniqueFd(eventfd(0, EFD_CLOEXEC)))) {
  int ends[2];
  if (!over_ || pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) throw failure();
  reader_ = above_stdio(UniqueFd(ends[0]));
  writer_ = above_stdio(UniqueFd(ends[1]));
  if (!reader_ || !writer_) throw failure();
  // Signals are for the threads that expect them.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  try {
    thread_ = std::thread([this] { read_on(); });
  } catch (...) {
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    throw;
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

LastWords::~LastWords() {
  eventfd_write(over_.get(), 1);
  thread_.join();
}

std::string LastWords::text() {
  // What has just been written may not have been read.
  drain();
  std::lock_guard lock(mutex_);
  return text_;
}

void LastWords::read_on() {
  pollfd fds[2] = {{reader_.get(), POLLIN, 0}, {over_.get(), POLLIN, 0}};
  while (fds[1].revents == 0) {
    poll(fds, 2, -1);
    if (fds[0].revents != 0 && !drain()) return;
  }
}

// False at the end.
bool LastWords::drain() {
  char buffer[16 * 1024];
  // As much as fits into a pipe: it may never end.
  for (int i = 0; i < 4; ++i) {
    std::lock_guard lock(mutex_);
    ssize_t count = read(reader_.get(), buffer, sizeof buffer);
    if (count < 0) return errno == EAGAIN || errno == EINTR;
    if (count == 0) return false;
    text_.append(buffer, static_cast<std::size_t>(count));
    if (text_.size() > kMostWords) text_.erase(0, text_.size() - kMostWords);
  }
  return true;
}

}  // namespace syncq
