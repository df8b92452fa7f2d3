#include "cli/queue/push_stream.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "cli/base/failure.h"
#include "cli/client/connect_or_spawn.h"
#include "cli/client/explain.h"

namespace syncq {
namespace {

// At most this many messages, and this many bytes or one message, are under
// way.
constexpr std::size_t kMostUnderWay = 1000;
constexpr std::size_t kMostBytesUnderWay = 4 * 1024 * 1024;
constexpr Duration kBeforeRetry = std::chrono::milliseconds(50);

}  // namespace

PushStream::PushStream(Client& client, PushHead head)
    : client_(client), head_(std::move(head)) {
  RequestTarget address("/queues");
  address.segment(head_.queue);
  address.add_given("delay", head_.delay);
  address.add_given("ttl", head_.ttl);
  address.add_given("group", head_.group);
  fixed_ = request_head("PUT", address, client_.target());
  if (!head_.type.empty()) fixed_ += "Content-Type: " + head_.type + "\r\n";
  fixed_ += "Idempotency-Key: " + head_.key + "\r\n";
}

// The first of a stream goes alone: once the daemon knows the key, it stores
// none of the stream after one that it has refused.
bool PushStream::room() const {
  if (head_.sequenced && acknowledged_ == 0) return lengths_.empty();
  return lengths_.size() < kMostUnderWay &&
         bytes_.size() - base_ < kMostBytesUnderWay;
}

void PushStream::add(std::string_view body) {
  ++added_;
  std::size_t before = bytes_.size();
  bytes_ += fixed_;
  if (head_.sequenced) {
    fmt::format_to(std::back_inserter(bytes_), "Syncq-Sequence: {}\r\n",
                   added_);
  }
  fmt::format_to(std::back_inserter(bytes_), "Content-Length: {}\r\n\r\n",
                 body.size());
  bytes_ += body;
  lengths_.push_back(bytes_.size() - before);
  if (lengths_.size() == 1) give_up_ = Deadline::after(kReplyBound);
}

int PushStream::fd() const { return lengths_.empty() ? -1 : link_.fd.get(); }

short PushStream::events() const {
  bool sends = sent_ < bytes_.size() && !writable_;
  return static_cast<short>(POLLIN | (sends ? POLLOUT : 0));
}

Deadline PushStream::wake() const {
  if (lengths_.empty()) return Deadline::never();
  if (retry_at_) return *retry_at_;
  bool can_go_on = !link_ || (writable_ && sent_ < bytes_.size());
  return can_go_on ? Deadline::after(Duration::zero()) : give_up_;
}

void PushStream::advance() {
  if (lengths_.empty()) return;
  if (!link_) reconnect();
  if (!link_) return;
  while (link_ && receive_some()) {
  }
  if (link_ && !send_some()) {
    // It may have answered, and refused, before it closed.
    while (link_ && receive_some()) {
    }
    disconnect();
  }
  give_up_if_late();
}

void PushStream::give_up_if_late() const {
  if (lengths_.empty() || !give_up_.passed()) return;
  throw Failure(no_reply(client_.target()));
}

void PushStream::reconnect() {
  if (retry_at_ && !retry_at_->passed()) return;
  retry_at_.reset();
  try {
    Duration left = give_up_.left();
    link_ = connect_or_spawn(client_.target());
    // The time a daemon needs to start does not count against its answers.
    give_up_ = Deadline::after(left);
  } catch (const Unreachable&) {
    // Before the first acknowledgement it may be a user's mistake.
    if (acknowledged_ == 0 || give_up_.passed()) throw;
    retry_at_ = Deadline::after(kBeforeRetry);
    return;
  }
  parser_.reset();
  unread_.clear();
  sent_ = base_;
  writable_ = true;
}

void PushStream::disconnect() {
  link_.reset();
  retry_at_ = Deadline::after(kBeforeRetry);
}

// False if the connection is lost.
bool PushStream::send_some() {
  while (sent_ < bytes_.size()) {
    ssize_t count = ::send(link_.fd.get(), bytes_.data() + sent_,
                           bytes_.size() - sent_, MSG_NOSIGNAL);
    if (count > 0) {
      sent_ += static_cast<std::size_t>(count);
      // Resending is no progress: the daemon may fail on it each time.
      if (sent_ > furthest_) give_up_ = Deadline::after(kReplyBound);
      furthest_ = std::max(furthest_, sent_);
    } else if (errno == EAGAIN) {
      writable_ = false;
      return true;
    } else if (errno != EINTR) {
      return false;
    }
  }
  writable_ = true;
  return true;
}

// False if there is nothing to read, now or ever.
bool PushStream::receive_some() {
  char buffer[64 * 1024];
  ssize_t count = recv(link_.fd.get(), buffer, sizeof buffer, 0);
  if (count < 0 && errno == EINTR) return true;
  if (count < 0 && errno == EAGAIN) return false;
  if (count <= 0) {
    disconnect();
    return false;
  }
  unread_.append(buffer, static_cast<std::size_t>(count));
  std::string_view input = unread_;
  bool goes_on = true;
  while (link_ && goes_on && !input.empty()) {
    std::size_t taken = parser_.feed(input);
    input.remove_prefix(taken);
    // A partial head is taken once it is whole.
    goes_on = taken > 0;
    if (parser_.state() == ResponseParser::State::kFailed) {
      throw Failure(
          "reading from the daemon: its answer is not HTTP; check the "
          "endpoint or socket: something else listens there");
    }
    if (parser_.state() == ResponseParser::State::kDone) take_reply();
  }
  unread_.erase(0, unread_.size() - input.size());
  return true;
}

void PushStream::take_reply() {
  if (parser_.status() / 100 == 2) {
    if (acknowledged_ == 0) client_.note_version(parser_.server());
    acknowledge();
    parser_.reset();
    return;
  }
  DaemonReply reply = syncq::take_reply(parser_);
  parser_.reset();
  if (is_shutting_down(reply)) return disconnect();
  refused_ = true;
  bool malformed = error_code(reply) == "invalid_name";
  throw Failure(explain(client_, reply, {}),
                malformed ? kExitUsage : exit_code_for_status(reply.status));
}

void PushStream::acknowledge() {
  if (lengths_.empty()) return;
  base_ += lengths_.front();
  lengths_.pop_front();
  ++acknowledged_;
  give_up_ = Deadline::after(kReplyBound);
  if (base_ > bytes_.size() / 2) {
    bytes_.erase(0, base_);
    sent_ -= base_;
    furthest_ -= base_;
    base_ = 0;
  }
}

}  // namespace syncq
