#pragma once

#include <string>
#include <string_view>

#include "cli/base/deadline.h"
#include "cli/base/failure.h"
#include "common/http_response_parser.h"
#include "common/unique_fd.h"

namespace syncq {

// One connection to the daemon. Every step has a bound; SIGPIPE is never
// raised and its disposition never touched. One thread.
class DaemonConnection {
 public:
  // Takes a socket as connect_unix() and connect_tcp() make it, and the remedy
  // to name if the daemon is lost (Target::way_out()).
  DaemonConnection(UniqueFd fd, std::string_view way_out)
      : fd_(std::move(fd)), way_out_(way_out) {}

  // Sends all of it. Throws ConnectionLost, also if the daemon takes nothing
  // for kReplyBound.
  void send(std::string_view bytes);

  // Reads once and feeds the parser. False if the deadline passed first. Throws
  // ConnectionLost if the daemon closed before the message was whole, Failure
  // if it is not HTTP.
  bool receive(ResponseParser& parser, Deadline deadline);

  // For poll(2).
  int fd() const { return fd_.get(); }

 private:
  // Waits until the socket is ready for `events`.
  bool wait_for(short events, Deadline deadline);

  ConnectionLost lost(std::string_view doing, std::string_view why,
                      bool sent) const;

  UniqueFd fd_;
  std::string_view way_out_;
  // Bytes read that the parser has not taken yet.
  std::string rest_;
};

}  // namespace syncq
