#include "cli/client/daemon_connection.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "cli/client/connect_or_spawn.h"

namespace syncq {
namespace {

std::string no_greeting(const Target& target) {
  return fmt::format("connecting to the daemon at {}: it did not answer; {}",
                     target.address(), target.way_out());
}

}  // namespace

ConnectionLost DaemonConnection::lost(std::string_view doing,
                                      std::string_view why, bool sent) {
  // How long ssh takes to say why it ends.
  constexpr Duration kWords = std::chrono::milliseconds(100);
  std::string reason(why);
  if (link_.ssh && link_.ssh->exit_code(Deadline::after(kWords))) {
    std::string words = link_.ssh->last_words();
    if (!words.empty()) reason += fmt::format(" (ssh: {})", words);
  }
  return {fmt::format("{}: {}; if it does not come back, {}", doing, reason,
                      target_->way_out()),
          sent};
}

bool DaemonConnection::wait_for(short events, Deadline deadline) {
  pollfd waiting{fd(), events, 0};
  for (;;) {
    int ready = poll(&waiting, 1, deadline.poll_ms());
    if (ready > 0) return true;
    if (ready == 0 && deadline.passed()) return false;
  }
}

// Of a link whose greeting has not come: what is sent is kept.
void DaemonConnection::expect_greeting(std::string_view bytes) {
  constexpr std::size_t kMost = 64 * 1024;
  Deadline deadline = Deadline::after(kStartBound);
  while (link_.awaits_greeting && unsure_.size() + bytes.size() > kMost) {
    if (!read_greeting(deadline)) throw Unreachable(no_greeting(*target_));
  }
  if (link_.awaits_greeting) unsure_ += bytes;
}

// Reads once; what follows the greeting stays in rest_. False if the deadline
// passed first.
bool DaemonConnection::read_greeting(Deadline deadline) {
  Deadline by = earlier(link_.greeting_by, limit_);
  if (!wait_for(POLLIN, earlier(deadline, by))) {
    if (limit_.passed()) throw Failure(no_greeting(*target_), kExitNotInTime);
    if (!by.passed()) return false;
    start_over();
    return true;
  }
  char buffer[4096];
  ssize_t count = recv(fd(), buffer, sizeof buffer, 0);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return true;
  if (count <= 0) {
    start_over();
    return true;
  }
  rest_.append(buffer, static_cast<std::size_t>(count));
  take_greeting();
  return true;
}

void DaemonConnection::take_greeting() {
  Greeting greeting = syncq::take_greeting(rest_);
  if (greeting == Greeting::kPending) return;
  if (greeting != Greeting::kConnected) return start_over();
  link_.awaits_greeting = false;
  unsure_.clear();
}

// What came first was not the greeting, so no daemon has got anything: more
// patiently, since ssh may have found too many connections there, and with
// better words if there is no way.
void DaemonConnection::start_over() {
  link_.reset();
  rest_.clear();
  link_ = connect_or_spawn(*target_, Await::kGreeting, limit_);
  made_at_ = Deadline::Clock::now();
  send(std::exchange(unsure_, {}));
}

void DaemonConnection::send(std::string_view bytes) {
  if (link_.awaits_greeting) expect_greeting(bytes);
  bool began = false;
  while (!bytes.empty()) {
    ssize_t count = ::send(fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count > 0) {
      began = true;
      bytes.remove_prefix(static_cast<std::size_t>(count));
    } else if (errno == EAGAIN) {
      if (!wait_for(POLLOUT, Deadline::after(kReplyBound))) {
        throw lost("sending to the daemon", "it does not read", began);
      }
    } else if (errno != EINTR && link_.awaits_greeting) {
      return start_over();
    } else if (errno != EINTR) {
      throw lost("sending to the daemon", std::strerror(errno), began);
    }
  }
}

// False if the parser needs more than there is.
bool DaemonConnection::feed(ResponseParser& parser) {
  std::size_t taken = parser.feed(rest_);
  rest_.erase(0, taken);
  if (parser.state() == ResponseParser::State::kFailed) {
    throw Failure(
        "reading from the daemon: its answer is not HTTP; check the "
        "endpoint or socket: something else listens there");
  }
  return taken > 0;
}

bool DaemonConnection::receive(ResponseParser& parser, Deadline deadline) {
  if (link_.awaits_greeting) {
    if (!read_greeting(deadline)) return false;
    if (link_.awaits_greeting || rest_.empty()) return true;
  }
  // It may have come with the greeting.
  if (!rest_.empty() && feed(parser)) return true;
  if (!wait_for(POLLIN, deadline)) return false;
  char buffer[16 * 1024];
  ssize_t count = recv(fd(), buffer, sizeof buffer, 0);
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
  feed(parser);
  return true;
}

}  // namespace syncq
