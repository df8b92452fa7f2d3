#pragma once

#include <string>

#include "cli/queue/queue_take.h"

namespace syncq {

// Hands leased messages over to stdout. What can't be written, the last of it
// included, is given back at once. One thread.
class HandOver {
 public:
  // `doing` says in errors what was being done. All outlive it.
  HandOver(KeptConnection& connection, const ClientOptions& options,
           std::string queue, std::string doing);

  // Takes a message, writes it, and only then takes it out of the queue. The
  // reply is the daemon's refusal, or the message. Throws Failure.
  DaemonReply take(TakeRequest request);

  // Writes a message that stays leased. Throws Failure.
  void write(const DaemonReply& message);

  // Gives the message back, since `what` failed, and throws Failure, which
  // says what became of it.
  [[noreturn]] void fail(const DaemonReply& message, const std::string& what);

 private:
  bool renew(const DaemonReply& message);
  void acknowledge_written(const DaemonReply& message);

  KeptConnection& connection_;
  const ClientOptions& options_;
  std::string queue_;
  std::string doing_;
  // When to renew the lease while writing; never where it is the user's.
  Deadline renew_at_ = Deadline::never();
  Duration lease_{};
  // Until when the lease in hand can't have ended.
  Deadline lease_certain_until_ = Deadline::never();
};

}  // namespace syncq
