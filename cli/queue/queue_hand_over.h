#pragma once

#include <functional>
#include <optional>
#include <string>

#include "cli/queue/message_batch.h"
#include "cli/queue/queue_take.h"

namespace syncq {

// Hands leased messages over to stdout. A message that can't be written, to its
// last byte, is given back at once. One thread.
class HandOver {
 public:
  // A message as it is written.
  using Form = std::function<std::string(const DaemonReply& message)>;

  // `doing` says in errors what was being done. The arguments must outlive it.
  HandOver(KeptConnection& connection, std::string queue, std::string doing,
           Form form);

  // Leases messages, writes them, and only then removes them from the queue.
  // Returns the daemon's reply, which may be its refusal, without what was
  // written. Throws Failure.
  DaemonReply take(TakeRequest request);

  // Writes messages that stay leased. Throws Failure.
  void write(const Messages& messages, const Leases& leases);

  // Gives them back, since `what` failed, and throws a Failure that says what
  // became of them.
  [[noreturn]] void fail(const Leases& leases, const std::string& what);

 private:
  bool renew(const Leases& leases);
  void acknowledge_written(const Leases& leases);

  KeptConnection& connection_;
  std::string queue_;
  std::string doing_;
  Form form_;
  // When to renew the leases while writing; never if they are the user's.
  Deadline renew_at_ = Deadline::never();
  Duration lease_{};
  // The leases can't have ended before this.
  Deadline lease_certain_until_ = Deadline::never();
};

}  // namespace syncq
