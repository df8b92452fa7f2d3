#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "cli/base/failure.h"
#include "cli/client/client.h"
#include "cli/client/daemon_connection.h"
#include "cli/run/hold_event.h"

namespace syncq {

// The parameters of `hold`; empty members are left out.
struct HoldQuery {
  std::string fifo;
  // Make the FIFO, and the ticket, if there is none.
  bool create = true;
  std::string slots;
  std::string label;
  std::string cwd;
  // This very process becomes the command or ends.
  bool exec = true;
  bool nowait = false;
  // The limit of this request; zero for none.
  Duration timeout{};
  // Chosen by us, so that a repeated request draws no second ticket.
  std::string ticket;

  // As the API takes it, for this process.
  RequestTarget address() const;
};

// One `hold` on a connection of its own, whose life is the lease. Movable.
class HoldStream {
 public:
  // Connects, starting the daemon if needed, and asks; the request is sent
  // whole, since a proxy in between may wait for that. Throws Failure,
  // ConnectionLost.
  HoldStream(Client& client, const HoldQuery& query);

  // The next event; nullopt if the deadline passed first. Throws ConnectionLost
  // at the end of the connection, HoldRefused if the daemon answered with an
  // error instead of a stream.
  std::optional<HoldEvent> next(Deadline deadline);

  int fd() const { return connection_.fd(); }

 private:
  std::optional<HoldEvent> take_event();
  void check_head();

  Client* client_;
  DaemonConnection connection_;
  ResponseParser parser_;
  bool head_checked_ = false;
};

// The daemon refused, with this reply.
class HoldRefused : public Failure {
 public:
  HoldRefused(const std::string& code, const std::string& message, int status)
      : Failure(message, exit_code_for_status(status)),
        code_(code),
        status_(status) {}

  // The API's error code.
  const std::string& code() const { return code_; }
  // The HTTP status.
  int status() const { return status_; }

 private:
  std::string code_;
  int status_;
};

}  // namespace syncq
