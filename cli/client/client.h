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
  // Of a queue's message only; the lease is "" where there is none.
  std::string content_type;
  std::string message_id;
  std::string attempt;
  std::string lease;
  // Of a dead letter only: the queue it died in, how often it was tried there,
  // why it failed in the end, and since when it is dead.
  std::string dead_from;
  std::string dead_attempts;
  std::string dead_reason;
  std::string dead_since;

  bool ok() const { return status / 100 == 2; }
};

// Whether a request may be sent again when the daemon went away before it
// answered, so that nobody knows whether it was done.
enum class Repeat { kIdempotent, kNotIdempotent };

// How long the daemon may take to answer.
enum class Answer { kSoon, kMayBlock };

// A client of the one daemon its options name. Starts it where needed.
class Client {
 public:
  explicit Client(const ClientOptions& options);

  // One request, without a body or with one of JSON, and its reply. Throws
  // Failure.
  DaemonReply call(std::string_view method, const RequestTarget& address,
                   Repeat repeat, std::string_view json = "");

  // A fresh connection, for an exchange of more than one reply.
  DaemonConnection connect();

  // Meets a daemon of another version than ours, once. `server` is the value
  // of the Server field.
  void note_version(std::string_view server);

  const Target& target() const { return target_; }
  bool quiet() const { return quiet_; }

 private:
  DaemonReply exchange(std::string_view request);

  Target target_;
  bool quiet_;
  bool noted_ = false;
};

// Until when the next bytes of a reply have to come: it may be long on its way
// whole, but not stall once it began.
Deadline next_bytes_by(const ResponseParser& parser, Answer answer);

// What to say where they did not.
std::string no_reply(const Target& target);

// The "message" of an error's body, or something to say in its place.
std::string error_message(const DaemonReply& reply);

// The exit code for a refusal: a name or number that is none is a usage error.
int exit_code_of(const DaemonReply& refused);

// Throws Failure with the daemon's own words unless the reply is a 2xx: for
// what no user asked for by name. See cli/explain.h for what one did.
void require_ok(const DaemonReply& reply, std::string_view doing);

// The "error" of an error's body: its code, or "".
std::string error_code(const DaemonReply& reply);

// Whether the daemon answered that it is on its way out: it has promised and
// done nothing.
bool is_shutting_down(const DaemonReply& reply);

// Takes the reply out of a parser that is done.
DaemonReply take_reply(ResponseParser& parser);

}  // namespace syncq
