#pragma once

#include <sys/types.h>

#include "cli/client/client.h"
#include "cli/client/daemon_connection.h"
#include "cli/run/hold_stream.h"

namespace syncq {

// Tells the daemon which process runs the command of a ticket: where it sees
// that process it keeps the turn until that has ended. One request on a
// connection of its own, so that nothing waits for the answer but poll(2).
class Announcement {
 public:
  // Connects and sends. Throws Failure, ConnectionLost.
  Announcement(Client& client, const HoldQuery& hold, pid_t command);

  // Reads what has come; true once the daemon has it stored. Throws Failure
  // where it refused, ConnectionLost.
  bool answered();

  int fd() const { return connection_.fd(); }

 private:
  DaemonConnection connection_;
  ResponseParser parser_;
};

}  // namespace syncq
