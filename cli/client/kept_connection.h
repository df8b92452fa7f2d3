#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "cli/base/wait_notice.h"
#include "cli/client/client.h"
#include "cli/client/daemon_connection.h"

namespace syncq {

// A connection to the daemon that serves one request after the other, and
// reconnects when lost. One thread.
class KeptConnection {
 public:
  // Once `cancel_fd` is readable, waiting requests are cancelled; -1: never.
  explicit KeptConnection(Client& client, int cancel_fd = -1)
      : client_(client), cancel_fd_(cancel_fd) {}

  // Drawn while we wait for an answer that may block.
  void tell_by(WaitNotice& notice) { notice_ = &notice; }

  // One request, one reply. nullopt: it was cancelled, and the daemon has not
  // done it. Throws ConnectionLost, whose sent() says whether the daemon may
  // have done it; Failure. `limit` bounds the way to the daemon, and an answer
  // that may block: the daemon keeps it, and we do if it hangs.
  std::optional<DaemonReply> ask(std::string_view method,
                                 const RequestTarget& address,
                                 Answer answer = Answer::kSoon,
                                 Deadline limit = Deadline::never(),
                                 std::string_view json = "");

  // The same for a request that may be repeated, through restarts of the
  // daemon; throws Failure if it stays away for longer than `patience`, or
  // could not be reached even once; with kExitNotInTime if it hangs until
  // `limit`. `address` is called for each try.
  std::optional<DaemonReply> request_with_retry(
      std::string_view method, const std::function<RequestTarget()>& address,
      Answer answer, Duration patience, Deadline limit = Deadline::never(),
      std::string_view json = "");
  // For a request that the daemon answers at once: never cancelled.
  DaemonReply request_with_retry(std::string_view method,
                                 const RequestTarget& address,
                                 Duration patience = kNetworkBound,
                                 std::string_view json = "");

  // How long the last reply took to arrive, from the end of its head to its
  // last byte.
  Duration reply_took() const { return reply_took_; }

 private:
  bool send(std::string_view request, Deadline limit);
  std::optional<DaemonReply> read_reply(Answer answer, Deadline limit);
  bool pause(Duration duration, bool may_cancel) const;
  std::optional<DaemonReply> cancel(ResponseParser& parser);

  Client& client_;
  int cancel_fd_;
  WaitNotice* notice_ = nullptr;
  std::optional<DaemonConnection> connection_;
  bool reached_ = false;
  Duration reply_took_{};
};

}  // namespace syncq
