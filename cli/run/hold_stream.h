#pragma once

#include <sys/types.h>

#include <deque>
#include <optional>
#include <string>

#include "cli/base/failure.h"
#include "cli/client/client.h"
#include "cli/client/daemon_connection.h"
#include "cli/options/terms_options.h"
#include "cli/run/hold_event.h"

namespace syncq {

// The parameters of `hold`; empty members are left out.
struct HoldQuery {
  // Several, with commas between them: turns in all of them at once.
  std::string fifo;
  // Make the FIFO, and the ticket, if there is none.
  bool create = true;
  std::string slots;
  TermsOptions terms;
  // End the turns in its way, also when asked again: as --preempt has it.
  std::string preempt;
  // The tickets of turns around us, separated by commas.
  std::string inside;
  std::string label;
  std::string cwd;
  // This very process becomes the command or ends.
  bool exec = true;
  bool nowait = false;
  // The limit of this request; zero for none.
  Duration timeout{};
  // Chosen by us, so that a repeated request draws no second ticket.
  std::string ticket;
  // Nothing between the daemon and us tells when one of us is gone: both give
  // signs of life.
  bool beats = false;
  // 0: we are on another machine, where its number means nothing.
  pid_t pid = 0;

  bool is_of_several() const { return fifo.find(',') != fifo.npos; }
  // The FIFO of the ticket `ticket`.
  std::string first_fifo() const { return fifo.substr(0, fifo.find(',')); }
  // As the API takes it.
  RequestTarget address() const;
};

// One `hold` on a connection of its own, whose life is the lease. Movable.
class HoldStream {
 public:
  // Connects, starting the daemon if needed, and asks; the request is sent
  // whole, since a proxy in between may wait for that. Throws Failure, with
  // kExitNotInTime if that takes until `limit`; ConnectionLost.
  HoldStream(Client& client, const HoldQuery& query,
             Deadline limit = Deadline::never());
  // The same on a connection of client.connect().
  HoldStream(Client& client, const HoldQuery& query,
             DaemonConnection connection);

  // The next event; nullopt if the deadline passed first. Throws ConnectionLost
  // at the end of the connection, HoldRefused if the daemon answered with an
  // error instead of a stream.
  std::optional<HoldEvent> next(Deadline deadline);

  // If the query has `beats`: when to call beat(). Never, else.
  Deadline next_beat() const;
  // Gives a sign of life. Throws ConnectionLost if the last that was answered
  // is a quarter of the connection timeout ago: what comes from a buffer proves
  // nothing.
  void beat();
  // When the last one was given that was answered.
  Deadline::Clock::time_point proven() const { return proven_; }
  // The last sign of life until the next: this process is about to be stopped.
  void pause();
  // Says on the stream that the turn is over, and how its command ended
  // (wait(2)); waits for the answer. Only with `beats`. Throws ConnectionLost.
  void finish(int status, Deadline deadline);

  int fd() const { return connection_.fd(); }

 private:
  void say(std::string_view line);
  std::optional<HoldEvent> take_event();
  void check_head();

  Client* client_;
  DaemonConnection connection_;
  ResponseParser parser_;
  bool head_checked_ = false;
  bool beats_ = false;
  bool paused_ = false;
  // A quarter of the connection timeout; zero until it is known.
  Duration silence_{};
  Deadline::Clock::time_point proven_ = Deadline::Clock::now();
  Deadline::Clock::time_point said_ = proven_;
  std::deque<Deadline::Clock::time_point> unanswered_;  // beats, by when said
};

// The daemon refused, with this reply.
class HoldRefused : public Failure {
 public:
  HoldRefused(const std::string& code, const std::string& message, int status,
              const std::string& ticket = "")
      : Failure(message, exit_code_for_status(status)),
        code_(code),
        status_(status),
        ticket_(ticket) {}

  // The API's error code.
  const std::string& code() const { return code_; }
  // The HTTP status.
  int status() const { return status_; }
  // The one that waits already, if that is why.
  const std::string& ticket() const { return ticket_; }

 private:
  std::string code_;
  int status_;
  std::string ticket_;
};

}  // namespace syncq
