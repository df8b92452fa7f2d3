#include "cli/client/ask.h"

#include "cli/client/connect_or_spawn.h"
#include "cli/client/daemon_connection.h"
#include "cli/client/request.h"

namespace syncq {

std::optional<DaemonReply> ask_if_running(const Target& target,
                                          const std::string& path,
                                          Deadline limit) {
  Link link = connect_if_running(target, limit);
  if (!link) return std::nullopt;
  try {
    DaemonConnection connection(std::move(link), target);
    connection.send(plain_request("GET", RequestTarget(path), target));
    ResponseParser parser;
    while (parser.state() != ResponseParser::State::kDone) {
      if (!connection.receive(parser, limit)) return std::nullopt;
    }
    return take_reply(parser);
  } catch (const ConnectionLost&) {
    return std::nullopt;
  }
}

}  // namespace syncq
