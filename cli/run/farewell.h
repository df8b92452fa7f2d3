#pragma once

#include <optional>

#include "cli/client/client.h"
#include "cli/process/signals.h"
#include "cli/run/hold_stream.h"

namespace syncq {

// Ends the ticket, its wait or its turn, by a request of its own. `status` is
// how its command ended (wait(2)), if that is known. Throws Failure,
// ConnectionLost.
void post_done(Client& client, const HoldQuery& hold, Deadline deadline,
               std::optional<int> status = std::nullopt);

// For a wait over TCP: the turn may have been given while we are ended, and the
// daemon keeps the turn of whoever is gone without a word. While this object
// exists, the signals that end us are taken over, and it says that word first.
class Farewell {
 public:
  // Both must outlive it. Throws Failure.
  Farewell(Client& client, const HoldQuery& hold)
      : client_(client), hold_(hold) {}
  ~Farewell() { signals_.restore(); }
  Farewell(const Farewell&) = delete;
  Farewell& operator=(const Farewell&) = delete;

  // Readable when one has come.
  int fd() const { return signals_.fd(); }
  // If one has come, ends this process by it, within a second.
  void leave_if_told();

 private:
  Client& client_;
  const HoldQuery& hold_;
  Signals signals_{SIGTERM, SIGINT, SIGHUP, SIGQUIT};
};

}  // namespace syncq
