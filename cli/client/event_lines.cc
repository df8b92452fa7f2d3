#include "cli/client/event_lines.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "cli/base/failure.h"
#include "cli/client/json_fields.h"

namespace syncq {

EventLines::EventLines(Client& client, DaemonConnection connection,
                       const RequestTarget& target, std::string_view doing,
                       const Subject& subject)
    : client_(client),
      connection_(std::move(connection)),
      doing_(doing),
      subject_(subject) {
  connection_.send(plain_request("GET", target, client.target()));
}

// An error comes as a plain body, read whole before it is thrown.
void EventLines::check_head() {
  using State = ResponseParser::State;
  if (head_checked_ || parser_.state() == State::kHead) return;
  constexpr int kOk = 200;
  if (parser_.status() != kOk) {
    if (parser_.state() != State::kDone) return;
    DaemonReply reply = take_reply(parser_);
    if (is_shutting_down(reply))
      throw ConnectionLost(error_message(reply), true);
    require_ok(client_, reply, doing_, subject_);
  }
  client_.note_version(parser_.server());
  head_checked_ = true;
}

std::optional<std::string> EventLines::take() {
  if (!head_checked_) return std::nullopt;
  std::string& body = parser_.body();
  std::size_t end = body.find('\n');
  if (end == body.npos) return std::nullopt;
  std::string line = body.substr(0, end);
  body.erase(0, end + 1);
  if (line.starts_with(R"({"event":"ended")")) {
    throw ConnectionLost("the daemon has ended its stream of events", true);
  }
  return line;
}

std::optional<std::string> EventLines::next(Deadline deadline) {
  for (;;) {
    if (auto line = take()) return line;
    if (parser_.state() == ResponseParser::State::kDone) {
      throw ConnectionLost("reading from the daemon: its answer ended", true);
    }
    if (connection_.receive(parser_, earlier(deadline, silent_until_))) {
      silent_until_ = Deadline::after(kReplyBound);
      check_head();
    } else if (silent_until_.passed()) {
      throw ConnectionLost("the daemon gives no sign of life", true);
    } else {
      return std::nullopt;
    }
  }
}

}  // namespace syncq
