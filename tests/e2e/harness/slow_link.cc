#include "tests/e2e/harness/slow_link.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <stdexcept>

namespace syncq::e2e {
namespace {

// How often the link passes bytes on.
constexpr int kTicksPerSecond = 20;

int new_socket() { return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0); }

sockaddr_un at(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  return address;
}

// False at the end of the stream.
bool pass_on(int from, int to, char* buffer, std::size_t most) {
  ssize_t count = recv(from, buffer, most, 0);
  return count > 0 && send(to, buffer, static_cast<std::size_t>(count),
                           MSG_NOSIGNAL) == count;
}

}  // namespace

SlowLink::SlowLink(const std::string& from, std::string to, int rate)
    : from_(from), to_(std::move(to)), rate_(rate), listener_(new_socket()) {
  sockaddr_un address = at(from);
  if (bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) !=
          0 ||
      listen(listener_, 8) != 0) {
    throw std::runtime_error("listening at " + from);
  }
  thread_ = std::thread([this] { serve(); });
}

SlowLink::~SlowLink() {
  over_ = true;
  shutdown(listener_, SHUT_RDWR);
  thread_.join();
  close(listener_);
  unlink(from_.c_str());
}

void SlowLink::serve() {
  for (;;) {
    int caller = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (caller < 0) return;
    int daemon = new_socket();
    sockaddr_un address = at(to_);
    if (connect(daemon, reinterpret_cast<sockaddr*>(&address),
                sizeof address) == 0) {
      relay(caller, daemon);
    }
    close(daemon);
    close(caller);
  }
}

void SlowLink::relay(int caller, int daemon) {
  std::string buffer(static_cast<std::size_t>(rate_ / kTicksPerSecond), '\0');
  const auto tick = std::chrono::milliseconds(1000) / kTicksPerSecond;
  // When to pass on the next piece: by the clock, so that waking us late does
  // not slow the link.
  auto next = std::chrono::steady_clock::now();
  while (!over_) {
    pollfd ready[2] = {{caller, POLLIN, 0}, {daemon, POLLIN, 0}};
    if (poll(ready, 2, 1000 / kTicksPerSecond) == 0) {
      next = std::chrono::steady_clock::now();
    }
    if (ready[0].revents != 0 &&
        !pass_on(caller, daemon, buffer.data(), buffer.size())) {
      return;
    }
    if (ready[1].revents == 0) continue;
    if (!pass_on(daemon, caller, buffer.data(), buffer.size())) return;
    next += tick;
    std::this_thread::sleep_until(next);
  }
}

}  // namespace syncq::e2e
