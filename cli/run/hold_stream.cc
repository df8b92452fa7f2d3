#include "cli/run/hold_stream.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "cli/run/preempting.h"
#include "common/duration.h"
#include "common/slot_list.h"

namespace syncq {

RequestTarget HoldQuery::address() const {
  RequestTarget address(is_of_several() ? "/hold" : "/fifo");
  if (is_of_several()) {
    for (const std::string& each : split_list(fifo)) address.add("fifo", each);
  } else {
    address.segment(fifo).segment("hold");
  }
  address.add_flag("create", create);
  if (create) {
    address.add_given("slots", slots);
    terms.add_to(address);
    address.add_given("inside", inside);
  }
  add_preempt(address, preempt);
  address.add_given("label", label);
  address.add_given("cwd", cwd);
  if (pid != 0) address.add("pid", std::to_string(pid));
  address.add_flag("exec", exec);
  address.add_flag("beat", beats);
  address.add_flag("nowait", nowait);
  if (timeout > Duration::zero()) {
    address.add("timeout", format_duration(timeout));
  }
  address.add_given("ticket", ticket);
  return address;
}

HoldStream::HoldStream(Client& client, const HoldQuery& query, Deadline limit)
    : HoldStream(client, query, client.connect(limit)) {}

HoldStream::HoldStream(Client& client, const HoldQuery& query,
                       DaemonConnection connection)
    : client_(&client),
      connection_(std::move(connection)),
      beats_(query.beats) {
  if (beats_) {
    connection_.send(request_head("POST", query.address(), client.target()) +
                     "Transfer-Encoding: chunked\r\n\r\n");
  } else {
    connection_.send(plain_request("POST", query.address(), client.target()));
  }
}

// An error comes as a plain body, read whole before it is thrown.
void HoldStream::check_head() {
  using State = ResponseParser::State;
  if (head_checked_ || parser_.state() == State::kHead) return;
  constexpr int kOk = 200;
  if (parser_.status() != kOk) {
    if (parser_.state() != State::kDone) return;
    DaemonReply reply = take_reply(parser_);
    throw HoldRefused(error_code(reply), error_message(reply), reply.status,
                      other_ticket(reply));
  }
  client_->note_version(parser_.server());
  head_checked_ = true;
}

std::optional<HoldEvent> HoldStream::take_event() {
  if (!head_checked_) return std::nullopt;
  std::string& body = parser_.body();
  std::size_t end = body.find('\n');
  if (end == body.npos) return std::nullopt;
  HoldEvent event = parse_hold_event(std::string_view(body).substr(0, end));
  body.erase(0, end + 1);
  if (beats_ && event.connection_timeout > Duration::zero()) {
    silence_ = event.connection_timeout / kPartsOfTimeout;
  }
  if (event.kind == HoldEvent::Kind::kTicket) {
    proven_ = std::max(proven_, connection_.made_at());
  }
  if (event.kind == HoldEvent::Kind::kBeat && !unanswered_.empty()) {
    proven_ = std::max(proven_, unanswered_.front());
    unanswered_.pop_front();
  }
  return event;
}

std::optional<HoldEvent> HoldStream::next(Deadline deadline) {
  for (;;) {
    if (auto event = take_event()) return event;
    if (parser_.state() == ResponseParser::State::kDone) {
      throw ConnectionLost("reading from the daemon: its answer ended early",
                           true);
    }
    if (!connection_.receive(parser_, deadline)) return std::nullopt;
    check_head();
  }
}

// Twice as often as it must be: one may be late.
Deadline HoldStream::next_beat() const {
  if (silence_ == Duration::zero()) return Deadline::never();
  return Deadline::at(std::min(said_ + silence_ / 2, proven_ + silence_));
}

void HoldStream::beat() {
  auto now = Deadline::Clock::now();
  if (std::exchange(paused_, false)) proven_ = now;
  if (now >= proven_ + silence_) {
    throw ConnectionLost("the daemon gives no sign of life", true);
  }
  if (now < said_ + silence_ / 2) return;
  say(R"({"beat":true})");
  unanswered_.push_back(said_);
}

void HoldStream::pause() {
  if (!beats_) return;
  say(R"({"beat":false})");
  unanswered_.push_back(said_);
  paused_ = true;
}

void HoldStream::finish(int status, Deadline deadline) {
  say(fmt::format(R"({{"done":true,"status":{}}})", status));
  while (auto event = next(deadline)) {
    if (event->kind == HoldEvent::Kind::kEnded) return;
  }
}

// A chunk of the request's body, RFC 9112, section 7.1.
void HoldStream::say(std::string_view line) {
  connection_.send(fmt::format("{:x}\r\n{}\n\r\n", line.size() + 1, line));
  said_ = Deadline::Clock::now();
}

}  // namespace syncq
