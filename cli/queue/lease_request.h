#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/client/kept_connection.h"
#include "cli/queue/message_batch.h"

namespace syncq {

// What is to become of a lease of a queue, or of up to kMostAtOnce.
struct LeaseRequest {
  std::string queue;
  std::string verb;  // "ack", "nack" or "extend"
  std::vector<std::string> leases;
  std::vector<std::pair<std::string, std::string>> parameters;

  // "/queues/QUEUE/VERB/LEASE", or without LEASE if there are many.
  RequestTarget address() const;
  // JSON that names many; "" for one.
  std::string body() const;
};

// How it went.
struct LeaseOutcome {
  // A 2xx, though some may be over; or why nothing was done.
  DaemonReply reply;
  // Those that are over, or never were.
  std::vector<std::string> expired;
};
LeaseOutcome outcome_of(const LeaseRequest& request, DaemonReply reply);

// Sends it, through restarts of the daemon; throws Failure if that stays away
// for longer than `patience`.
LeaseOutcome send_with_retry(KeptConnection& connection,
                             const LeaseRequest& request,
                             Duration patience = kNetworkBound);

// Acknowledges leases, through restarts of the daemon. They can't time out
// before `sure`: until then those that a repeated request is told are over were
// acknowledged by the first one. Throws Failure.
LeaseOutcome acknowledge(KeptConnection& connection, std::string queue,
                         std::vector<std::string> leases, Deadline sure,
                         Duration patience = kNetworkBound);

}  // namespace syncq
