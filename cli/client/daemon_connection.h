#pragma once

#include <string>
#include <string_view>

#include "cli/base/deadline.h"
#include "cli/base/failure.h"
#include "cli/client/link.h"
#include "cli/client/target.h"
#include "common/http_response_parser.h"

namespace syncq {

// One connection to the daemon. Every step has a bound; SIGPIPE is never
// raised and its disposition never touched. One thread.
class DaemonConnection {
 public:
  // `target` is what the link leads to; it must outlive this. Until `limit` it
  // has to be reached.
  DaemonConnection(Link link, const Target& target,
                   Deadline limit = Deadline::never())
      : link_(std::move(link)), target_(&target), limit_(limit) {}

  // Sends all of it. Throws ConnectionLost, also if the daemon takes nothing
  // for kReplyBound.
  void send(std::string_view bytes);

  // Reads once and feeds the parser. False if the deadline passed first. Throws
  // ConnectionLost if the daemon closed before the message was whole, Failure
  // if it is not HTTP.
  bool receive(ResponseParser& parser, Deadline deadline);

  // What was sent has reached the daemon no sooner than this.
  Deadline::Clock::time_point made_at() const { return made_at_; }

  // For poll(2), until the next call.
  int fd() const { return link_.fd.get(); }

 private:
  // Waits until the socket is ready for `events`.
  bool wait_for(short events, Deadline deadline);

  ConnectionLost lost(std::string_view doing, std::string_view why, bool sent);

  bool feed(ResponseParser& parser);
  void expect_greeting(std::string_view bytes);
  bool read_greeting(Deadline deadline);
  void take_greeting();
  void start_over();

  Link link_;
  const Target* target_;
  Deadline limit_;
  Deadline::Clock::time_point made_at_ = Deadline::Clock::now();
  // What was sent, and has reached no daemon if the greeting does not come.
  std::string unsure_;
  // Bytes read that the parser has not taken yet.
  std::string rest_;
};

}  // namespace syncq
