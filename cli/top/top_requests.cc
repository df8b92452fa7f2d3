#include "cli/top/top_requests.h"

#include <fmt/format.h>

#include <chrono>

#include "cli/base/failure.h"

namespace syncq {
namespace {

constexpr auto kReach = std::chrono::milliseconds(500);

}  // namespace

Deadline reach_by(const Target& target) {
  return target.is_ssh() ? Deadline::never() : Deadline::after(kReach);
}

void TopRequests::send(const TopRequest& request) {
  try {
    Pending pending{request, client_.connect(reach_by(client_.target())),
                    ResponseParser(), Deadline::after(kReplyBound)};
    pending.connection.send(
        plain_request(request.method, request.target, client_.target()));
    pending_.push_back(std::move(pending));
  } catch (const Failure& failure) {
    control_.take_failure(request, failure.what());
  }
}

void TopRequests::add_to(std::vector<pollfd>& waited) const {
  for (const Pending& each : pending_) {
    waited.push_back({each.connection.fd(), POLLIN, 0});
  }
}

void TopRequests::receive() {
  // An answer may bring another request.
  for (auto it = pending_.begin(); it != pending_.end();) {
    it = is_over(*it) ? pending_.erase(it) : std::next(it);
  }
}

bool TopRequests::is_over(Pending& pending) {
  try {
    if (is_answered(pending)) return true;
    if (!pending.deadline.passed()) return false;
    control_.take_failure(pending.request, no_reply(client_.target()));
  } catch (const Failure& failure) {
    control_.take_failure(
        pending.request,
        fmt::format("{}; look whether it was done", failure.what()));
  }
  return true;
}

bool TopRequests::is_answered(Pending& pending) {
  Deadline now = Deadline::after(Duration::zero());
  while (pending.parser.state() != ResponseParser::State::kDone) {
    if (!pending.connection.receive(pending.parser, now)) return false;
  }
  DaemonReply reply = take_reply(pending.parser);
  auto next = control_.take_reply(pending.request, reply, Moment::clock::now());
  if (next) send(*next);
  return true;
}

}  // namespace syncq
