#include "cli/client/kept_connection.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "cli/base/failure.h"

namespace syncq {
namespace {

// How late a daemon that keeps the limit itself may answer.
constexpr Duration kAnswerSlack = std::chrono::seconds(2);
// For the daemon to notice a cancel: a message it gives later returns when its
// lease ends.
constexpr Duration kTakeBackBound = std::chrono::seconds(2);

}  // namespace

// The daemon may have closed a kept connection since: nothing was done then,
// and a new one is tried at once.
std::optional<DaemonReply> KeptConnection::ask(std::string_view method,
                                               const RequestTarget& address,
                                               Answer answer, Deadline limit,
                                               std::string_view json) {
  std::string request = plain_request(method, address, client_.target(), json);
  if (!send(request, limit)) {
    connection_.reset();
    send(request, limit);
  }
  try {
    std::optional<DaemonReply> reply = read_reply(answer, limit);
    if (!reply || is_shutting_down(*reply)) connection_.reset();
    return reply;
  } catch (const Failure&) {
    connection_.reset();
    throw;
  }
}

// False if the kept connection turns out to be closed.
bool KeptConnection::send(std::string_view request, Deadline limit) {
  bool kept = connection_.has_value();
  if (kept) {
    pollfd ended{connection_->fd(), POLLRDHUP, 0};
    if (poll(&ended, 1, 0) > 0) return false;
  } else {
    connection_.emplace(client_.connect(limit));
    reached_ = true;
  }
  try {
    connection_->send(request);
    return true;
  } catch (const ConnectionLost&) {
    connection_.reset();
    throw;
  }
}

// True if cancelled before it was over.
bool KeptConnection::pause(Duration duration, bool may_cancel) const {
  pollfd cancel{may_cancel ? cancel_fd_ : -1, POLLIN, 0};
  return poll(&cancel, 1, Deadline::after(duration).poll_ms()) > 0;
}

std::optional<DaemonReply> KeptConnection::request_with_retry(
    std::string_view method, const std::function<RequestTarget()>& address,
    Answer answer, Duration patience, Deadline limit, std::string_view json) {
  constexpr Duration kFirstPause = std::chrono::milliseconds(5);
  constexpr Duration kLongestPause = std::chrono::seconds(1);
  Duration rest = kFirstPause;
  Deadline give_up = Deadline::after(patience);
  for (;;) {
    // A wait that lasted a while did not fail at once: patience starts over.
    Deadline fresh = Deadline::after(kLongestPause);
    auto waited = [&] { return answer == Answer::kMayBlock && fresh.passed(); };
    try {
      std::optional<DaemonReply> reply =
          ask(method, address(), answer, limit, json);
      if (!reply || !is_shutting_down(*reply) || give_up.passed()) return reply;
    } catch (const ConnectionLost&) {
      if (!waited() && give_up.passed()) throw;
    } catch (const Unreachable&) {
      if (!reached_ || give_up.passed()) throw;
    }
    if (waited()) {
      give_up = Deadline::after(patience);
      rest = kFirstPause;
    }
    if (pause(rest, answer == Answer::kMayBlock)) return std::nullopt;
    rest = std::min(rest * 2, kLongestPause);
  }
}

DaemonReply KeptConnection::request_with_retry(std::string_view method,
                                               const RequestTarget& address,
                                               Duration patience,
                                               std::string_view json) {
  return *request_with_retry(
      method, [&] { return address; }, Answer::kSoon, patience,
      Deadline::never(), json);
}

std::optional<DaemonReply> KeptConnection::read_reply(Answer answer,
                                                      Deadline limit) {
  ResponseParser parser;
  Deadline give_up =
      limit.is_never() ? limit : Deadline::after(limit.left() + kAnswerSlack);
  auto began = Deadline::Clock::now();
  while (parser.state() != ResponseParser::State::kDone) {
    bool waits = answer == Answer::kMayBlock &&
                 parser.state() == ResponseParser::State::kHead;
    Deadline deadline = waits ? give_up : next_bytes_by(parser, answer);
    pollfd fds[2] = {{connection_->fd(), POLLIN, 0},
                     {waits ? cancel_fd_ : -1, POLLIN, 0}};
    Deadline wake = deadline;
    if (waits && notice_) wake = earlier(wake, notice_->next_redraw());
    int ready = poll(fds, 2, wake.poll_ms());
    if (ready < 0 && errno == EINTR) continue;
    if (ready == 0 && !deadline.passed()) {
      if (wake.passed()) notice_->redraw();
      continue;
    }
    if (waits && notice_) notice_->clear();
    if (fds[0].revents == 0 && fds[1].revents != 0) return cancel(parser);
    if (parser.state() == ResponseParser::State::kHead) {
      began = Deadline::Clock::now();
    }
    if (!connection_->receive(parser, deadline)) {
      if (!waits) throw ConnectionLost(no_reply(client_.target()), true);
      throw Failure(fmt::format("the daemon at {} did not answer in time",
                                client_.target().address()),
                    kExitNotInTime);
    }
  }
  reply_took_ = Deadline::Clock::now() - began;
  client_.note_version(parser.server());
  return take_reply(parser);
}

// Ends our side of the connection: the daemon then gives us nothing more. An
// answer from a moment before is not lost.
std::optional<DaemonReply> KeptConnection::cancel(ResponseParser& parser) {
  shutdown(connection_->fd(), SHUT_WR);
  Deadline deadline = Deadline::after(kTakeBackBound);
  try {
    while (parser.state() != ResponseParser::State::kDone) {
      if (!connection_->receive(parser, deadline)) break;
    }
  } catch (const ConnectionLost&) {
    // The daemon closed: no answer was under way.
  }
  bool answered = parser.state() == ResponseParser::State::kDone;
  connection_.reset();
  if (!answered) return std::nullopt;
  return take_reply(parser);
}

}  // namespace syncq
