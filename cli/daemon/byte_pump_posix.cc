#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>
#include <thread>

#include "cli/daemon/byte_pump.h"

namespace syncq {
namespace {

constexpr std::size_t kPiece = 64 * 1024;

bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t count = write(fd, bytes.data(), bytes.size());
    if (count > 0) {
      bytes.remove_prefix(static_cast<std::size_t>(count));
    } else if (errno == EAGAIN) {
      // Somebody else may have made it non-blocking: it is shared.
      pollfd writable{fd, POLLOUT, 0};
      poll(&writable, 1, -1);
    } else if (errno != EINTR) {
      return false;
    }
  }
  return true;
}

// False at an end, or if one of the two is broken.
bool pump_once(int from, int to) {
  char buffer[kPiece];
  ssize_t count = read(from, buffer, sizeof buffer);
  if (count < 0 && errno == EAGAIN) {
    pollfd readable{from, POLLIN, 0};
    poll(&readable, 1, -1);
    return true;
  }
  if (count < 0) return errno == EINTR;
  return count > 0 && write_all(to, {buffer, static_cast<std::size_t>(count)});
}

// A client that has left closes its side alone; if the connection to it broke,
// stdout is closed with stdin. The daemon has to know which it was.
bool nobody_reads_stdout() {
  pollfd writable{STDOUT_FILENO, 0, 0};
  return poll(&writable, 1, 0) > 0;
}

}  // namespace

void pump_bytes(int socket) {
  std::thread([socket] {
    while (pump_once(STDIN_FILENO, socket)) {
    }
    shutdown(socket, nobody_reads_stdout() ? SHUT_RDWR : SHUT_WR);
  }).detach();
  while (pump_once(socket, STDOUT_FILENO)) {
  }
}

}  // namespace syncq
