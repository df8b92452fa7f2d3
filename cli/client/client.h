#pragma once

#include <string>
#include <string_view>

#include "cli/client/daemon_connection.h"
#include "cli/client/request.h"
#include "cli/client/target.h"

namespace syncq {

struct DaemonReply {
  int status = 0;
  std::string body;
  // Of a queue's message only; the lease is "" if there is none.
  std::string content_type;
  std::string message_id;
  std::string attempt;
  std::string lease;
  // Of a dead letter only: the queue it died in, how often it was tried there,
  // why it finally failed, and when it died.
  std::string dead_from;
  std::string dead_attempts;
  std::string dead_reason;
  std::string dead_since;
  std::string group;  // of a message that is in one

  bool ok() const { return status / 100 == 2; }
};

// Whether a request may be repeated if the daemon went away before it answered,
// so that we can't tell whether it was done.
enum class Repeat { kIdempotent, kNotIdempotent };

// How long the daemon may take to answer.
enum class Answer { kSoon, kMayBlock };

// A client of the one daemon its options name. Starts it if needed.
class Client {
 public:
  explicit Client(const ClientOptions& options);

  // One request, with a JSON body or none, and its reply. Throws Failure.
  DaemonReply call(std::string_view method, const RequestTarget& address,
                   Repeat repeat, std::string_view json = "");

  // A fresh connection, for an exchange of more than one reply. Throws Failure,
  // with kExitNotInTime if the daemon can't be reached by `limit`.
  DaemonConnection connect(Deadline limit = Deadline::never());

  // Deals with a daemon of another version than ours, once. `server` is the
  // value of the Server field.
  void note_version(std::string_view server);

  const Target& target() const { return target_; }
  bool quiet() const { return quiet_; }

 private:
  DaemonReply exchange(std::string_view request);

  Target target_;
  bool quiet_;
  bool noted_ = false;
};

// When the next bytes of a reply are due: the whole may take long, but must not
// stall once begun.
Deadline next_bytes_by(const ResponseParser& parser, Answer answer);

// What to say if they did not come.
std::string no_reply(const Target& target);

// The "message" of an error's body, or a substitute.
std::string error_message(const DaemonReply& reply);

// The exit code for a refusal: a malformed name or number is a usage error.
int exit_code_of(const DaemonReply& refused);

// Throws Failure with the daemon's own words unless the reply is a 2xx: for
// requests that name nothing the user gave. For the others see
// cli/client/explain.h.
void require_ok(const DaemonReply& reply, std::string_view doing);

// The "error" of an error's body: its code, or "".
std::string error_code(const DaemonReply& reply);

// The "ticket" of an error's body: the one that waits already, or "".
std::string other_ticket(const DaemonReply& reply);

// Whether the daemon answered that it is shutting down: it has promised and
// done nothing.
bool is_shutting_down(const DaemonReply& reply);

// Takes the reply out of a parser that is done.
DaemonReply take_reply(ResponseParser& parser);

}  // namespace syncq
