#include "cli/run/hold_stream.h"

#include <unistd.h>

#include "common/duration.h"

namespace syncq {

RequestTarget HoldQuery::address() const {
  RequestTarget address("/fifo");
  address.segment(fifo).segment("hold");
  address.add_flag("create", create);
  address.add_given("slots", create ? slots : std::string());
  address.add_given("label", label);
  address.add_given("cwd", cwd);
  address.add("pid", std::to_string(getpid()));
  address.add_flag("exec", exec);
  address.add_flag("nowait", nowait);
  if (timeout > Duration::zero()) {
    address.add("timeout", format_duration(timeout));
  }
  address.add_given("ticket", ticket);
  return address;
}

HoldStream::HoldStream(Client& client, const HoldQuery& query)
    : client_(&client), connection_(client.connect()) {
  connection_.send(plain_request("POST", query.address(), client.target()));
}

// An error comes as a plain body, read whole before it is thrown.
void HoldStream::check_head() {
  using State = ResponseParser::State;
  if (head_checked_ || parser_.state() == State::kHead) return;
  constexpr int kOk = 200;
  if (parser_.status() != kOk) {
    if (parser_.state() != State::kDone) return;
    DaemonReply reply = take_reply(parser_);
    throw HoldRefused(error_code(reply), error_message(reply), reply.status);
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

}  // namespace syncq
