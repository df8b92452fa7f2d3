#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "cli/client/client.h"
#include "cli/run/hold_stream.h"

namespace syncq {

// Attaches to a ticket again after its connection was lost, on its own thread:
// starting a daemon may take seconds, and the command's signals must not wait
// for it. The thread inherits its creator's blocked signals.
class Reattach {
 public:
  // Starts the thread. Tries until `give_up`, a little slower each time.
  // Nothing else may use `client` until the thread has ended, and `client` must
  // outlive it: destroying this object lets it run on. It pauses no longer than
  // `longest_pause` between its attempts.
  // `heard`: when something was heard before.
  Reattach(Client& client, HoldQuery query, Deadline give_up,
           Duration longest_pause, std::chrono::steady_clock::time_point heard);

  // When something was last heard from the daemon, or from its machine that it
  // does not run. On our own machine a tunnel to it would say that as well.
  std::chrono::steady_clock::time_point heard() const;

  // Readable when it has ended.
  int fd() const;

  // The new stream; nullopt if it failed for good: failure() says why. Only
  // when fd() is readable.
  std::optional<HoldStream> take();
  const std::string& failure() const;

 private:
  struct Work;
  std::shared_ptr<Work> work_;
};

}  // namespace syncq
