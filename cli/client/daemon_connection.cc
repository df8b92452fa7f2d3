#include "cli/client/daemon_connection.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

namespace syncq {

ConnectionLost DaemonConnection::lost(std::string_view doing,
                                      std::string_view why, bool sent) const {
  return {
      fmt::format("{}: {}; if it does not come back, {}", doing, why, way_out_),
      sent};
}

bool DaemonConnection::wait_for(short events, Deadline deadline) {
  pollfd waiting{fd_.get(), events, 0};
  for (;;) {
    int ready = poll(&waiting, 1, deadline.poll_ms());
    if (ready > 0) return true;
    if (ready == 0 && deadline.passed()) return false;
  }
}

void DaemonConnection::send(std::string_view bytes) {
  bool began = false;
  while (!bytes.empty()) {
    ssize_t count = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count > 0) {
      began = true;
      bytes.remove_prefix(static_cast<std::size_t>(count));
    } else if (errno == EAGAIN) {
      if (!wait_for(POLLOUT, Deadline::after(kReplyBound))) {
        throw lost("sending to the daemon", "it does not read", began);
      }
    } else if (errno != EINTR) {
      throw lost("sending to the daemon", std::strerror(errno), began);
    }
  }
}

bool DaemonConnection::receive(ResponseParser& parser, Deadline deadline) {
  if (!wait_for(POLLIN, deadline)) return false;
  char buffer[16 * 1024];
  ssize_t count = recv(fd_.get(), buffer, sizeof buffer, 0);
  if (count < 0) {
    if (errno == EAGAIN || errno == EINTR) return true;
    throw lost("reading from the daemon", std::strerror(errno), true);
  }
  if (count == 0) {
    parser.finish();
    if (parser.state() == ResponseParser::State::kDone) return true;
    throw lost("reading from the daemon", "it closed the connection", true);
  }
  rest_.append(buffer, static_cast<std::size_t>(count));
  rest_.erase(0, parser.feed(rest_));
  if (parser.state() == ResponseParser::State::kFailed) {
    throw Failure(
        "reading from the daemon: its answer is not HTTP; check the "
        "endpoint or socket: something else listens there");
  }
  return true;
}

}  // namespace syncq
