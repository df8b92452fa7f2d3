#pragma once

#include <sys/types.h>

#include "cli/client/client.h"
#include "cli/client/daemon_connection.h"
#include "cli/run/hold_stream.h"

namespace syncq {

// Tells the daemon which process runs a ticket's command: if the daemon sees
// that process, it keeps the turn until the process ends. One request on its
// own connection, so that only poll(2) waits for the answer.
class Announcement {
 public:
  // Connects and sends. Throws Failure, ConnectionLost.
  Announcement(Client& client, const HoldQuery& hold, pid_t command);

  // Reads what has come; true once the daemon has stored it. Throws Failure if
  // the daemon refused, ConnectionLost.
  bool answered();

  int fd() const { return connection_.fd(); }

 private:
  DaemonConnection connection_;
  ResponseParser parser_;
};

}  // namespace syncq
