#pragma once

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/client/kept_connection.h"
#include "cli/process/signals.h"
#include "cli/queue/each_options.h"
#include "cli/queue/each_report.h"
#include "cli/queue/each_state.h"
#include "cli/queue/message_batch.h"
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

// Takes one message after the other, or one batch of them, and runs the command
// for it. Each worker
// has its own thread and connection.
class EachWorker {
 public:
  // The arguments must outlive it.
  EachWorker(const EachOptions& options, const EachQueue& queue,
             EachState& state, const Signals& signals);

  // Until it is stopped or done. Reports to the state; throws nothing.
  void run() noexcept;

 private:
  // How long the daemon may stay away while we have something to settle.
  static constexpr Duration kPatience = std::chrono::minutes(1);

  TakeRequest how_to_take() const;
  Messages next();
  DaemonReply take_within_limits(TakeRequest request);
  Messages wait_for_messages();
  void handle_refusal(const DaemonReply& reply);
  bool holds_nothing();
  void handle(const Messages& batch);
  CommandInput input_of(const Messages& batch, const EachReport* report) const;
  std::string lines_of(const Messages& batch) const;
  void run_command(const Messages& batch);
  bool await_end(MessageCommand& command, const Messages& batch);
  Duration renew(const Messages& batch);

  // each_settle.cc
  void expect(const Messages& batch, Duration delay);
  void settle(const Messages& batch, int status, const EachReport* report);
  void done(const Messages& batch);
  void failed(const Messages& batch, const std::string& how);
  void failed(const Messages& batch, const std::string& how,
              std::int64_t attempts);
  // `parameters` of nack: how, and why.
  using Parameters = std::vector<std::pair<std::string, std::string>>;
  DaemonReply give_back(const Messages& batch, Parameters parameters);
  void rest(const Messages& batch, const std::string& how, Duration delay);
  std::string why(const DaemonReply& refused);
  void tell(const Messages& batch, std::string_view what) const;

  const EachOptions& options_;
  const EachQueue& queue_;
  EachState& state_;
  const Signals& signals_;
  Client client_;
  KeptConnection connection_;
  // With --until-empty: by when a daemon in trouble must recover.
  Deadline recovered_by_ = Deadline::never();
  // The current leases can't have ended before this.
  Deadline leases_certain_until_ = Deadline::never();
};

}  // namespace syncq
