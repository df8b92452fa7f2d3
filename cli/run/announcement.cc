#include "cli/run/announcement.h"

namespace syncq {

Announcement::Announcement(Client& client, const HoldQuery& hold, pid_t command)
    : connection_(client.connect()) {
  RequestTarget address("/fifo");
  address.segment(hold.first_fifo()).segment("command").segment(hold.ticket);
  address.add("pid", std::to_string(command));
  connection_.send(plain_request("POST", address, client.target()));
}

bool Announcement::answered() {
  while (parser_.state() != ResponseParser::State::kDone) {
    if (!connection_.receive(parser_, Deadline::after(Duration::zero()))) {
      return false;
    }
  }
  require_ok(take_reply(parser_), "telling the daemon of the command");
  return true;
}

}  // namespace syncq
