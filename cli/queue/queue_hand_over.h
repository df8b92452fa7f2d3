#pragma once

#include <string>

#include "cli/queue/queue_take.h"

namespace syncq {

// Hands leased messages over to stdout. A message that can't be written, to its
// last byte, is given back at once. One thread.
class HandOver {
 public:
  // `doing` says in errors what was being done. The arguments must outlive it.
  HandOver(KeptConnection& connection, const ClientOptions& options,
           std::string queue, std::string doing);

  // Leases a message, writes it, and only then removes it from the queue.
  // Returns the message, or the daemon's refusal. Throws Failure.
  DaemonReply take(TakeRequest request);

  // Writes a message that stays leased. Throws Failure.
  void write(const DaemonReply& message);

  // Gives the message back, since `what` failed, and throws a Failure that says
  // what became of it.
  [[noreturn]] void fail(const DaemonReply& message, const std::string& what);

 private:
  bool renew(const DaemonReply& message);
  void acknowledge_written(const DaemonReply& message);

  KeptConnection& connection_;
  const ClientOptions& options_;
  std::string queue_;
  std::string doing_;
  // When to renew the lease while writing; never if it is the user's.
  Deadline renew_at_ = Deadline::never();
  Duration lease_{};
  // The current lease can't have ended before this.
  Deadline lease_certain_until_ = Deadline::never();
};

}  // namespace syncq
