#include "cli/queue/each_worker.h"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "cli/base/failure.h"
#include "cli/base/output.h"
#include "cli/base/text.h"
#include "cli/client/explain.h"
#include "cli/process/exec_command.h"
#include "cli/queue/queue_message.h"
#include "common/duration.h"

namespace syncq {
namespace {

// How long the daemon may stay away while we have something to settle.
constexpr Duration kPatience = std::chrono::minutes(1);
// Between TERM and KILL.
constexpr Duration kGrace = std::chrono::seconds(2);
constexpr Duration kPause = std::chrono::seconds(1);
// How long --until-empty waits in line for a queue's limits at a time.
constexpr Duration kLimited = std::chrono::seconds(1);
// How long --until-empty waits for a daemon in trouble.
constexpr Duration kRecovery = std::chrono::seconds(5);
constexpr int kOk = 200;
constexpr int kServerError = 500;

std::int64_t attempts_of(const DaemonReply& message) {
  return std::strtoll(message.attempt.c_str(), nullptr, 10);
}

}  // namespace

Duration retry_delay(std::int64_t attempts) {
  constexpr Duration kLongest = std::chrono::minutes(1);
  constexpr std::int64_t kDoublings = 6;
  std::int64_t doublings =
      std::clamp<std::int64_t>(attempts - 1, 0, kDoublings);
  return std::min<Duration>(std::chrono::seconds(1) * (1 << doublings),
                            kLongest);
}

void tell_paused(const EachOptions& options) {
  if (options.client.quiet) return;
  say(fmt::format("queue {} is paused; `syncq queue resume {}` lets it go on",
                  options.queue, options.queue));
}

EachWorker::EachWorker(const EachOptions& options, const EachQueue& queue,
                       EachState& state, const Signals& signals)
    : options_(options),
      queue_(queue),
      state_(state),
      signals_(signals),
      client_(silent(options.client)),
      connection_(client_, state.stop_fd()) {}

void EachWorker::run() noexcept {
  try {
    while (auto message = next()) {
      handle(*message);
      state_.settled();
    }
  } catch (const Failure& failure) {
    state_.fail(failure.what(), failure.exit_code());
  } catch (const std::exception& error) {
    state_.fail(error.what(), kExitFailed);
  }
  state_.end();
}

std::optional<DaemonReply> EachWorker::next() {
  if (!options_.until_empty) return wait_for_message();
  TakeRequest request;
  request.queue = options_.queue;
  request.lease = options_.lease;
  request.patience = kPatience;
  while (state_.become_busy()) {
    DaemonReply reply = take_within_limits(request);
    if (reply.ok()) {
      recovered_by_ = Deadline::never();
      state_.taken(reply.message_id);
      return reply;
    }
    handle_refusal(reply);
    bool empty = error_code(reply) == "empty";
    std::vector<std::string> expected = state_.expected();
    if (empty && !expected.empty() && holds_nothing()) state_.forget(expected);
    state_.become_idle(empty);
  }
  return std::nullopt;
}

// Takes without waiting, but for the limits of a queue that has messages.
DaemonReply EachWorker::take_within_limits(TakeRequest request) {
  for (;;) {
    request.wait.reset();
    DaemonReply reply = *take_by_lease(connection_, request);
    if (error_code(reply) != "limited" || state_.stopping()) return reply;
    request.wait = Deadline::after(kLimited);
    std::optional<DaemonReply> waited = take_by_lease(connection_, request);
    // That there was none in time does not tell whether there is one.
    if (waited && waited->ok()) return *waited;
  }
}

// Whether there is no message in the queue, unavailable ones included.
bool EachWorker::holds_nothing() {
  DaemonReply reply = connection_.request_with_retry(
      "GET", queue_target(options_.queue), kPatience);
  return reply.ok() && count_messages(reply).stored() == 0;
}

void EachWorker::expect(const DaemonReply& message, Duration delay) {
  if (options_.until_empty) state_.expect(message.message_id, delay);
}

std::optional<DaemonReply> EachWorker::wait_for_message() {
  TakeRequest request;
  request.queue = options_.queue;
  request.lease = options_.lease;
  request.patience = kMaxDuration;
  request.wait = Deadline::never();
  while (!state_.stopping()) {
    std::optional<DaemonReply> reply = take_by_lease(connection_, request);
    if (reply && reply->ok()) {
      // We were stopped while taking it: give it back.
      if (!state_.stopping() && state_.become_busy()) return reply;
      require_ok(give_back(*reply, {{"uncounted", "true"}}), "giving it back");
    } else if (reply) {
      handle_refusal(*reply);
    }
  }
  return std::nullopt;
}

// Returns when it is time to ask again. Throws Failure for a refusal that is
// final.
void EachWorker::handle_refusal(const DaemonReply& reply) {
  bool in_trouble = reply.status >= kServerError;
  if (!in_trouble) recovered_by_ = Deadline::never();
  if (error_code(reply) == "empty" || error_code(reply) == "limited") return;
  if (error_code(reply) == "paused") {
    if (state_.note_paused()) tell_paused(options_);
    return;
  }
  if (is_no_queue(reply) && !queue_.config.empty()) {
    return make_queue(client_, queue_.config);
  }
  // A daemon in trouble, such as a full disk, may recover.
  if (options_.until_empty && recovered_by_.is_never()) {
    recovered_by_ = Deadline::after(kRecovery);
  }
  if (!in_trouble || recovered_by_.passed()) {
    require_ok(client_, reply,
               fmt::format("taking from queue '{}'", options_.queue),
               {.queue = options_.queue});
  }
  pollfd stop{state_.stop_fd(), POLLIN, 0};
  poll(&stop, 1, Deadline::after(kPause).poll_ms());
}

void EachWorker::handle(const DaemonReply& message) {
  lease_certain_until_ =
      Deadline::after(options_.lease / 2 - connection_.reply_took());
  try {
    run_command(message);
  } catch (const Failure& failure) {
    // A message we can't settle returns when its lease ends.
    state_.note_failed();
    expect(message, options_.lease);
    tell(message, failure.what());
  }
}

void EachWorker::run_command(const DaemonReply& message) {
  CommandInput input;
  input.body = message.body;
  input.words = fill_in(options_.command, message.body);
  input.environment = {
      "SYNCQ_QUEUE=" + options_.queue, "SYNCQ_MESSAGE_ID=" + message.message_id,
      "SYNCQ_ATTEMPT=" + message.attempt, "SYNCQ_GROUP=" + message.group};
  if (has_placeholder(options_.command) &&
      message.body.find('\0') != message.body.npos) {
    return failed(message, "has a NUL byte, which no ARG can hold");
  }
  bool ended = false;
  int status = 0;
  {
    // Counted before it runs: a signal may come as soon as it does.
    CountedCommand counted(state_);
    MessageCommand command(input, signals_);
    int error = command.exec_error();
    if (error == E2BIG) return failed(message, "is too long for an ARG");
    if (error != 0) {
      require_ok(give_back(message, {{"uncounted", "true"}}), "giving it back");
      state_.fail("", report_exec_error(options_.command, error));
      return;
    }
    ended = await_end(command, message);
    if (ended) {
      status = command.wait();
    } else {
      command.end(kGrace);
    }
  }
  if (ended) return settle(message, status);
  state_.note_failed();
  require_ok(give_back(message, {{"reason", "was interrupted"}}),
             "giving it back");
}

// Renews the lease until the command has ended. False: the command is to be
// ended.
bool EachWorker::await_end(MessageCommand& command,
                           const DaemonReply& message) {
  Deadline due = Deadline::after(options_.lease / 3 - connection_.reply_took());
  for (;;) {
    pollfd fds[2] = {{command.fd(), POLLIN, 0}, {state_.kill_fd(), POLLIN, 0}};
    poll(fds, 2, due.poll_ms());
    if (fds[0].revents != 0) return true;
    if (fds[1].revents != 0) return false;
    if (due.passed()) due = Deadline::after(renew(message));
  }
}

// Returns how long until the next renewal.
Duration EachWorker::renew(const DaemonReply& message) {
  RequestTarget address = lease_target(options_.queue, "extend", message.lease);
  address.add("by", format_duration(options_.lease));
  try {
    Deadline before = Deadline::after(options_.lease / 2);
    std::optional<DaemonReply> reply = connection_.ask("POST", address);
    if (reply && reply->ok()) {
      lease_certain_until_ = before;
      return options_.lease / 3;
    }
    if (reply && reply->status < kServerError) {
      tell(message, "its lease was lost: " + why(*reply));
      return kMaxDuration;
    }
  } catch (const Failure&) {
    // The lease may be alive: a daemon that starts leaves it a minute.
  }
  return std::min(kPause, options_.lease / 3);
}

void EachWorker::settle(const DaemonReply& message, int status) {
  if (status != 0) return failed(message, "CMD " + describe_status(status));
  done(message);
}

void EachWorker::done(const DaemonReply& message) {
  DaemonReply reply = acknowledge(connection_, options_.queue, message.lease,
                                  lease_certain_until_, kPatience);
  if (reply.ok()) return state_.note_done();
  state_.note_failed();
  expect(message, options_.lease);
  tell(message, fmt::format("CMD exited with 0, but may be run for it again: "
                            "{}",
                            why(reply)));
}

void EachWorker::failed(const DaemonReply& message, const std::string& how) {
  std::int64_t attempts = attempts_of(message);
  if (options_.stop_on_failure) {
    state_.note_failed();
    state_.stop();
    rest(message, how, Duration::zero());
    return tell(message, how + "; it can be taken again, and no more are");
  }
  bool ours = options_.max_attempts > 0 && attempts >= options_.max_attempts;
  bool queues = queue_.max_attempts > 0 && attempts >= queue_.max_attempts;
  Duration delay = retry_delay(attempts);
  if (!ours && !queues) {
    tell(message, fmt::format("{} (attempt {}); again in {}", how, attempts,
                              format_duration(delay)));
    rest(message, how, delay);
    return expect(message, delay);
  }
  state_.note_failed();
  DaemonReply reply = give_back(message, {{"dead", "true"}, {"reason", how}});
  if (reply.ok()) {
    tell(message,
         fmt::format(
             "{}; given up after {}: it is in queue {} now", how,
             attempts == 1 ? "1 attempt" : fmt::format("{} attempts", attempts),
             queue_.dead_letter));
    return;
  }
  // Its dead letter queue is full, say. The message is not lost, but
  // --until-empty does not wait for it either.
  tell(message,
       fmt::format("{} (attempt {}); again in {}, since {}", how, attempts,
                   format_duration(delay), error_message(reply)));
  rest(message, how, delay);
}

// Gives it back to be tried again.
void EachWorker::rest(const DaemonReply& message, const std::string& how,
                      Duration delay) {
  require_ok(
      give_back(message, {{"delay", format_duration(delay)}, {"reason", how}}),
      "giving it back");
}

DaemonReply EachWorker::give_back(const DaemonReply& message,
                                  Parameters parameters) {
  RequestTarget address = lease_target(options_.queue, "nack", message.lease);
  for (auto [name, value] : parameters) address.add(name, value);
  DaemonReply reply =
      connection_.request_with_retry("POST", address, kPatience);
  // The lease ran out, or the answer to an earlier nack got lost.
  if (error_code(reply) == "expired") reply.status = kOk;
  return reply;
}

std::string EachWorker::why(const DaemonReply& refused) {
  return explain(client_, refused, {.queue = options_.queue});
}

void EachWorker::tell(const DaemonReply& message, std::string_view what) const {
  if (options_.client.quiet) return;
  constexpr std::size_t kExcerptColumns = 30;
  constexpr std::size_t kExcerptBytes = 200;
  std::string text = cut_to_width(
      sanitize(std::string_view(message.body).substr(0, kExcerptBytes)),
      kExcerptColumns);
  if (!text.empty()) text = fmt::format(" ({})", text);
  say(fmt::format("queue {}, message {}{}: {}", options_.queue,
                  message.message_id, text, what));
}

}  // namespace syncq
