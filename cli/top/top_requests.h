#pragma once

#include <poll.h>

#include <list>
#include <vector>

#include "cli/client/client.h"
#include "cli/client/daemon_connection.h"
#include "cli/top/control.h"
#include "common/http_response_parser.h"

namespace syncq {

// When a connection for the screen is given up: keys wait for it. ssh has
// longer bounds of its own, since it may have to log in.
Deadline reach_by(const Target& target);

// Requests that are on their way, each on a connection of its own, while the
// screen goes on. One thread.
class TopRequests {
 public:
  // Both must outlive this. The client starts no daemon.
  TopRequests(Client& client, TopControl& control)
      : client_(client), control_(control) {}

  void send(const TopRequest& request);
  // Adds the fds to wait for.
  void add_to(std::vector<pollfd>& waited) const;
  // Takes what has come, and gives up what took too long.
  void receive();

 private:
  struct Pending {
    TopRequest request;
    DaemonConnection connection;
    ResponseParser parser;
    Deadline deadline;
  };
  // Returns true once it is over, one way or the other.
  bool is_over(Pending& pending);
  bool is_answered(Pending& pending);

  Client& client_;
  TopControl& control_;
  std::list<Pending> pending_;
};

}  // namespace syncq
