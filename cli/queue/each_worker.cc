#include "cli/queue/each_worker.h"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>

#include "cli/base/failure.h"
#include "cli/base/output.h"
#include "cli/client/explain.h"
#include "cli/process/exec_command.h"
#include "cli/queue/lease_request.h"
#include "cli/queue/queue_message.h"
#include "common/duration.h"

namespace syncq {
namespace {

// Between TERM and KILL.
constexpr Duration kGrace = std::chrono::seconds(2);
constexpr Duration kEachPause = std::chrono::seconds(1);
// How long --until-empty waits in line for a queue's limits at a time.
constexpr Duration kLimited = std::chrono::seconds(1);
// How long --until-empty waits for a daemon in trouble.
constexpr Duration kRecovery = std::chrono::seconds(5);
constexpr int kServerError = 500;

}  // namespace

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
    for (Messages batch = next(); !batch.empty(); batch = next()) {
      handle(batch);
      state_.settled();
    }
  } catch (const Failure& failure) {
    state_.fail(failure.what(), failure.exit_code());
  } catch (const std::exception& error) {
    state_.fail(error.what(), kExitFailed);
  }
  state_.end();
}

TakeRequest EachWorker::how_to_take() const {
  TakeRequest request;
  request.queue = options_.queue;
  request.lease = options_.lease;
  if (options_.batch > 0) request.count = options_.batch;
  request.patience = kPatience;
  return request;
}

// Empty: no more are to be taken.
Messages EachWorker::next() {
  if (!options_.until_empty) return wait_for_messages();
  const TakeRequest request = how_to_take();
  while (state_.become_busy()) {
    DaemonReply reply = take_within_limits(request);
    if (reply.ok()) {
      recovered_by_ = Deadline::never();
      Messages batch = taken_messages(request, reply);
      for (const DaemonReply& each : batch) state_.taken(each.message_id);
      return batch;
    }
    handle_refusal(reply);
    bool empty = error_code(reply) == "empty";
    std::vector<std::string> expected = state_.expected();
    if (empty && !expected.empty() && holds_nothing()) state_.forget(expected);
    state_.become_idle(empty);
  }
  return {};
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

Messages EachWorker::wait_for_messages() {
  TakeRequest request = how_to_take();
  request.patience = kMaxDuration;
  request.wait = Deadline::never();
  while (!state_.stopping()) {
    std::optional<DaemonReply> reply = take_by_lease(connection_, request);
    if (reply && reply->ok()) {
      Messages batch = taken_messages(request, *reply);
      // We were stopped while taking them: give them back.
      if (!state_.stopping() && state_.become_busy()) return batch;
      require_ok(give_back(batch, {{"uncounted", "true"}}), "giving it back");
    } else if (reply) {
      handle_refusal(*reply);
    }
  }
  return {};
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
  poll(&stop, 1, Deadline::after(kEachPause).poll_ms());
}

void EachWorker::handle(const Messages& batch) {
  leases_certain_until_ =
      Deadline::after(options_.lease / 2 - connection_.reply_took());
  try {
    run_command(batch);
  } catch (const Failure& failure) {
    // Messages we can't settle return when their leases end.
    state_.note_failed(batch.size());
    expect(batch, options_.lease);
    tell(batch, failure.what());
  }
}

CommandInput EachWorker::input_of(const Messages& batch,
                                  const EachReport* report) const {
  CommandInput input;
  input.environment = {"SYNCQ_QUEUE=" + options_.queue};
  if (options_.batch == 0) {
    const DaemonReply& message = batch.front();
    input.words = fill_in(options_.command, message.body);
    input.environment.push_back("SYNCQ_MESSAGE_ID=" + message.message_id);
    input.environment.push_back("SYNCQ_ATTEMPT=" + message.attempt);
    input.environment.push_back("SYNCQ_GROUP=" + message.group);
    return input;
  }
  input.words.assign(options_.command.begin(), options_.command.end());
  input.environment.push_back(fmt::format("SYNCQ_MESSAGES={}", batch.size()));
  if (report != nullptr) {
    input.environment.push_back("SYNCQ_REPORT=" + report->path());
  }
  return input;
}

std::string EachWorker::lines_of(const Messages& batch) const {
  std::string lines;
  for (const DaemonReply& message : batch) {
    lines += with_end(message.body, options_.null ? '\0' : '\n');
  }
  return lines;
}

void EachWorker::run_command(const Messages& batch) {
  std::optional<EachReport> report;
  if (options_.report) report.emplace();
  if (has_placeholder(options_.command) &&
      batch.front().body.find('\0') != std::string::npos) {
    return failed(batch, "has a NUL byte, which no ARG can hold");
  }
  bool ended = false;
  int status = 0;
  {
    // Counted before it runs: a signal may come as soon as it does.
    CountedCommand counted(state_);
    CommandInput input = input_of(batch, report ? &*report : nullptr);
    std::string lines;
    if (options_.batch > 0) lines = lines_of(batch);
    input.body = options_.batch > 0 ? lines : batch.front().body;
    MessageCommand command(input, signals_);
    int error = command.exec_error();
    if (error == E2BIG) return failed(batch, "is too long for an ARG");
    if (error != 0) {
      require_ok(give_back(batch, {{"uncounted", "true"}}), "giving it back");
      state_.fail("", report_exec_error(options_.command, error));
      return;
    }
    ended = await_end(command, batch);
    if (ended) {
      status = command.wait();
    } else {
      command.end(kGrace);
    }
  }
  if (ended) return settle(batch, status, report ? &*report : nullptr);
  state_.note_failed(batch.size());
  require_ok(give_back(batch, {{"reason", "was interrupted"}}),
             "giving it back");
}

// Renews the leases until the command has ended. False: the command is to be
// ended.
bool EachWorker::await_end(MessageCommand& command, const Messages& batch) {
  Deadline due = Deadline::after(options_.lease / 3 - connection_.reply_took());
  for (;;) {
    pollfd fds[2] = {{command.fd(), POLLIN, 0}, {state_.kill_fd(), POLLIN, 0}};
    poll(fds, 2, due.poll_ms());
    if (fds[0].revents != 0) return true;
    if (fds[1].revents != 0) return false;
    if (due.passed()) due = Deadline::after(renew(batch));
  }
}

// Returns how long until the next renewal.
Duration EachWorker::renew(const Messages& batch) {
  LeaseRequest extend{options_.queue,
                      "extend",
                      leases_of(batch),
                      {{"by", format_duration(options_.lease)}}};
  try {
    Deadline before = Deadline::after(options_.lease / 2);
    LeaseOutcome outcome = outcome_of(
        extend, *connection_.ask("POST", extend.address(), Answer::kSoon,
                                 Deadline::never(), extend.body()));
    const DaemonReply& reply = outcome.reply;
    const bool refused = !reply.ok() && reply.status < kServerError;
    if (refused || outcome.expired.size() == batch.size()) {
      tell(batch, "its lease was lost: " +
                      (refused ? why(reply) : in_commands("expired", {})));
      return kMaxDuration;
    }
    if (reply.ok()) {
      leases_certain_until_ = before;
      return options_.lease / 3;
    }
  } catch (const Failure&) {
    // The leases may be alive: a daemon that starts leaves them a minute.
  }
  return std::min(kEachPause, options_.lease / 3);
}

}  // namespace syncq
