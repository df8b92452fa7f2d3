#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "cli/client.h"
#include "cli/daemon_connection.h"
#include "cli/failure.h"
#include "cli/hold_event.h"

namespace syncq {

// What `hold` is asked; empty members are left out.
struct HoldQuery {
  std::string fifo;
  bool create = true;
  std::string slots;
  std::string label;
  std::string cwd;
  // This very process becomes the command or ends.
  bool exec = true;
  bool nowait = false;
  // The limit of this call; zero for none.
  Duration timeout{};
  // To re-attach to.
  std::string ticket;
  // The command's process, announced at once; for a re-attach in mid-run.
  pid_t command = 0;

  // As the API takes it, for this process.
  Address address() const;
};

// One `hold` on a connection of its own, whose life is the lease. Movable.
class HoldStream {
 public:
  // Connects, starting the daemon where needed, and asks. Throws Failure,
  // ConnectionLost.
  HoldStream(Client& client, const HoldQuery& query);

  // The next event; nullopt where the deadline passed first. Throws
  // ConnectionLost at the end of the connection, HoldRefused where the daemon
  // answered with an error in place of a stream.
  std::optional<HoldEvent> next(Deadline deadline);

  // Tells the daemon of the command's process, which it keeps the turn for
  // until that has ended; kCommand is its answer. Throws ConnectionLost.
  void announce(pid_t pid);

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
      : Failure(message, exit_code_for_status(status)), code_(code) {}

  // The API's error code.
  const std::string& code() const { return code_; }

 private:
  std::string code_;
};

}  // namespace syncq
