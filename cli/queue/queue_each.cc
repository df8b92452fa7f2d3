#include <fmt/format.h>
#include <poll.h>

#include <list>
#include <nlohmann/json.hpp>
#include <thread>

#include "cli/base/exit_code.h"
#include "cli/base/failure.h"
#include "cli/base/output.h"
#include "cli/base/terminal.h"
#include "cli/client/explain.h"
#include "cli/client/json_fields.h"
#include "cli/queue/each_options.h"
#include "cli/queue/each_progress.h"
#include "cli/queue/each_worker.h"
#include "cli/queue/push_progress.h"
#include "cli/queue/queue_commands.h"
#include "cli/queue/queue_message.h"
#include "cli/queue/queue_take.h"
#include "common/duration.h"
#include "common/uuid.h"

namespace syncq {
namespace {

// The members of GET /queues/QUEUE that POST /queues takes.
std::string config_of(const nlohmann::json& queue) {
  nlohmann::json config = nlohmann::json::object();
  for (const char* key : {"name", "ephemeral", "capacity", "overflow",
                          "max_attempts", "dead_letter", "in_flight", "rate"}) {
    if (queue.contains(key) && !queue[key].is_null()) config[key] = queue[key];
  }
  return config.dump();
}

EachQueue look_at_queue(Client& client, const EachOptions& options) {
  RequestTarget address = queue_target(options.queue);
  DaemonReply reply = client.call("GET", address, Repeat::kIdempotent);
  if (is_no_queue(reply) && !options.until_empty &&
      !Uuid::parse(options.queue)) {
    nlohmann::json config;
    config["name"] = options.queue;
    make_queue(client, config.dump());
    reply = client.call("GET", address, Repeat::kIdempotent);
  }
  require_ok(client, reply,
             fmt::format("taking from queue '{}'", options.queue),
             {.queue = options.queue});
  nlohmann::json body = parse_body(reply);
  const nlohmann::json& queue = field_of(body, "queue");
  // Who waits is not told: it is as if the queue were empty.
  if (field_text(queue, "paused") == "true" && !options.until_empty) {
    tell_paused(options);
  }
  EachQueue known;
  const nlohmann::json& attempts = field_of(queue, "max_attempts");
  if (attempts.is_number()) known.max_attempts = attempts.get<std::int64_t>();
  known.dead_letter = field_text(queue, "dead_letter");
  if (known.dead_letter.empty()) {
    known.dead_letter = field_text(queue, "name") + ".dead";
  }
  if (field_text(queue, "ephemeral") == "true" && !options.until_empty) {
    known.config = config_of(queue);
  }
  return known;
}

// All the workers, and the signals that stop them.
class Each {
 public:
  Each(const EachOptions& options, const EachQueue& queue)
      : options_(options),
        signals_({SIGINT, SIGTERM, SIGHUP}),
        progress_(options) {
    state_.begin(static_cast<unsigned>(options.jobs));
    for (std::int64_t i = 0; i < options.jobs; ++i) {
      workers_.emplace_back(options, queue, state_, signals_);
    }
  }

  int run() {
    std::vector<std::thread> threads;
    for (EachWorker& worker : workers_) {
      threads.emplace_back([&worker] { worker.run(); });
    }
    if (!watch()) leave();
    for (std::thread& thread : threads) thread.join();
    if (auto why = state_.failure(); why && !why->empty()) say(*why);
    if (signal_ != 0) {
      say_tally();
      reraise_default(signal_);
    }
    if (signal_ != 0) return kExitSignalBase + signal_;
    say_tally();
    if (options_.until_empty && state_.exit_code() != kExitOk) say_left();
    return state_.exit_code();
  }

 private:
  // For the daemon to answer requests sent before the signal.
  static constexpr Duration kLeaveWithin = std::chrono::seconds(5);

  // Until all workers have ended. False: we were interrupted, no command runs,
  // and the daemon's time to answer is over.
  bool watch() {
    pollfd fds[2] = {{signals_.fd(), POLLIN, 0},
                     {state_.ended_fd(), POLLIN, 0}};
    Deadline leave = Deadline::never();
    while (fds[1].revents == 0) {
      constexpr int kLookAgainMs = 100;
      poll(fds, 2, signal_ == 0 ? progress_.next().poll_ms() : kLookAgainMs);
      while (auto signal = signals_.take()) {
        interrupt(static_cast<int>(signal->ssi_signo));
      }
      progress_.update(state_.tally());
      if (signal_ == 0 || state_.running() > 0) {
        leave = Deadline::never();
      } else if (leave.is_never()) {
        leave = Deadline::after(kLeaveWithin);
      }
      if (leave.passed() && fds[1].revents == 0) return false;
    }
    return true;
  }

  // Ends by the signal though workers still wait for the daemon.
  void leave() {
    say(
        fmt::format("queue {}: the daemon does not answer; what is in hand "
                    "returns when its lease ends",
                    options_.queue));
    reraise_default(signal_);
  }

  // Elsewhere than on a terminal, as in a crontab, only bad news.
  void say_tally() {
    const EachState::Tally tally = state_.tally();
    if (options_.client.quiet || tally.done + tally.failed == 0) return;
    if (tally.failed == 0 && !live_columns()) return;
    // None failed, yet some may wait for another attempt.
    std::uint64_t left = signal_ != 0 ? progress_.left().value_or(0) : 0;
    say(fmt::format("queue {}: {} done, {} failed, {}in {}", options_.queue,
                    grouped(tally.done), grouped(tally.failed),
                    left == 0 ? "" : fmt::format("{} left, ", grouped(left)),
                    describe_duration(Deadline::Clock::now() - began_)));
  }

  void say_left() {
    try {
      Client client(options_.client);
      DaemonReply reply =
          client.call("GET", queue_target(options_.queue), Repeat::kIdempotent);
      require_ok(client, reply,
                 fmt::format("looking into queue '{}'", options_.queue),
                 {.queue = options_.queue});
      MessageCounts left = count_messages(reply);
      if (left.stored() == 0) return;
      say(fmt::format(
          "queue {}: {} {} left: {} ready, {} leased, {} delayed{}",
          options_.queue, left.stored(),
          left.stored() == 1 ? "message is" : "messages are", left.ready,
          left.leased, left.delayed,
          left.blocked == 0 ? "" : fmt::format(", {} blocked", left.blocked)));
    } catch (const Failure& failure) {
      say(failure.what());
    }
  }

  void interrupt(int number) {
    if (signal_ != 0) {
      state_.kill();
      return;
    }
    signal_ = number;
    state_.stop();
    unsigned running = state_.running();
    if (running == 0 || options_.client.quiet) return;
    say(fmt::format("queue {}: {} still running; once more to end {} now",
                    options_.queue, running, running == 1 ? "it" : "them"));
  }

  const EachOptions& options_;
  Signals signals_;
  EachState state_;
  EachProgress progress_;
  std::list<EachWorker> workers_;
  int signal_ = 0;
  Deadline::Clock::time_point began_ = Deadline::Clock::now();
};

}  // namespace

int queue_each_command(Arguments arguments) {
  EachOptions options;
  if (auto code = parse_each_options(arguments, options)) return *code;
  Client client(options.client);
  EachQueue queue = look_at_queue(client, options);
  return Each(options, queue).run();
}

}  // namespace syncq
