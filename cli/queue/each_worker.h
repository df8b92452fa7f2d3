#pragma once

#include <initializer_list>
#include <optional>
#include <string_view>
#include <utility>

#include "cli/client/kept_connection.h"
#include "cli/process/signals.h"
#include "cli/queue/each_options.h"
#include "cli/queue/each_state.h"
#include "cli/queue/message_command.h"
#include "cli/queue/queue_take.h"

namespace syncq {

// What a worker must know about its queue.
struct EachQueue {
  // The body of POST /queues that makes it again; "" if it is durable: once
  // gone, it stays gone.
  std::string config;
  // The queue's own; 0 for none.
  std::int64_t max_attempts = 0;
  // Where messages go that are given up.
  std::string dead_letter;
};

// How long a message rests after this many attempts: 1s, 2s, 4s, ... 1m.
Duration retry_delay(std::int64_t attempts);

// Tells people why nothing happens.
void tell_paused(const EachOptions& options);

// Takes one message after the other and runs the command for it. Each worker
// has its own thread and connection.
class EachWorker {
 public:
  // The arguments must outlive it.
  EachWorker(const EachOptions& options, const EachQueue& queue,
             EachState& state, const Signals& signals);

  // Until it is stopped or done. Reports to the state; throws nothing.
  void run() noexcept;

 private:
  std::optional<DaemonReply> next();
  DaemonReply take_within_limits(TakeRequest request);
  std::optional<DaemonReply> wait_for_message();
  void handle_refusal(const DaemonReply& reply);
  bool holds_nothing();
  void expect(const DaemonReply& message, Duration delay);
  void handle(const DaemonReply& message);
  void run_command(const DaemonReply& message);
  bool await_end(MessageCommand& command, const DaemonReply& message);
  Duration renew(const DaemonReply& message);
  void settle(const DaemonReply& message, int status);
  void done(const DaemonReply& message);
  void failed(const DaemonReply& message, const std::string& how);
  // `parameters` of nack: how, and why.
  using Parameters =
      std::initializer_list<std::pair<std::string_view, std::string_view>>;
  DaemonReply give_back(const DaemonReply& message, Parameters parameters);
  void rest(const DaemonReply& message, const std::string& how, Duration delay);
  std::string why(const DaemonReply& refused);
  void tell(const DaemonReply& message, std::string_view what) const;

  const EachOptions& options_;
  const EachQueue& queue_;
  EachState& state_;
  const Signals& signals_;
  Client client_;
  KeptConnection connection_;
  // With --until-empty: by when a daemon in trouble must recover.
  Deadline recovered_by_ = Deadline::never();
  // The current lease can't have ended before this.
  Deadline lease_certain_until_ = Deadline::never();
};

}  // namespace syncq
