#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/base/deadline.h"
#include "cli/client/kept_connection.h"
#include "cli/queue/message_batch.h"

namespace syncq {

// How long we lease, and renew, a message that is only to be written: if we are
// killed, it is back after that.
inline const Duration kHandOverLease = patience(std::chrono::seconds(5));

// How to take a message by lease.
struct TakeRequest {
  std::string queue;
  // "tail", or "consume" and an index.
  std::vector<std::string> what{"head"};
  Duration lease = kHandOverLease;
  // Up to so many at once: the reply has messages_of().
  std::optional<std::int64_t> count;
  // nullopt: don't wait. Otherwise wait until then, through restarts of the
  // daemon.
  std::optional<Deadline> wait;
  // How long the daemon may stay away.
  Duration patience = kNetworkBound;
};

// Takes a message by lease. The daemon's refusal, such as `empty`, is a reply;
// nullopt: cancelled. It is repeated if the daemon goes away, and then gets the
// message whose delivery got lost. Throws Failure, with kExitNotInTime if the
// daemon hangs for longer than the wait.
std::optional<DaemonReply> take_by_lease(KeptConnection& connection,
                                         const TakeRequest& request);

// The messages of a good reply to it, whose body it takes. Throws Failure if it
// has none.
Messages taken_messages(const TakeRequest& request, DaemonReply& reply);

// Whether the reply says that there is no such queue.
bool is_no_queue(const DaemonReply& reply);

// Makes a queue with this body of POST /queues, unless it exists by now. Throws
// Failure.
void make_queue(Client& client, const std::string& config);

}  // namespace syncq
