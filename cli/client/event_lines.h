#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cli/client/client.h"
#include "cli/client/daemon_connection.h"
#include "cli/client/explain.h"
#include "common/http_response_parser.h"

namespace syncq {

// The lines of GET /events. One thread.
class EventLines {
 public:
  // `target` is of /events. `doing` begins the message of a refusal, which is
  // about `subject`; both must outlive this.
  EventLines(Client& client, DaemonConnection connection,
             const RequestTarget& target, std::string_view doing,
             const Subject& subject);

  // The next event as JSON; nullopt if the deadline passed first. Throws
  // ConnectionLost if the daemon ends or gives no sign of life, Failure if it
  // refuses.
  std::optional<std::string> next(Deadline deadline);

  // For poll(2), until the next call.
  int fd() const { return connection_.fd(); }

 private:
  std::optional<std::string> take();
  void check_head();

  Client& client_;
  DaemonConnection connection_;
  std::string_view doing_;
  const Subject& subject_;
  ResponseParser parser_;
  bool head_checked_ = false;
  Deadline silent_until_ = Deadline::after(kReplyBound);
};

}  // namespace syncq
