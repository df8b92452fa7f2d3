// What becomes of messages when their command has ended.

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>

#include "cli/base/failure.h"
#include "cli/base/output.h"
#include "cli/base/text.h"
#include "cli/client/explain.h"
#include "cli/queue/each_worker.h"
#include "cli/queue/lease_request.h"
#include "common/duration.h"

namespace syncq {
namespace {

std::int64_t attempts_of(const DaemonReply& message) {
  return std::strtoll(message.attempt.c_str(), nullptr, 10);
}

// The message's beginning, in parentheses; "" if it is empty.
std::string excerpt(const DaemonReply& message) {
  constexpr std::size_t kExcerptColumns = 30;
  constexpr std::size_t kExcerptBytes = 200;
  std::string text = cut_to_width(
      sanitize(std::string_view(message.body).substr(0, kExcerptBytes)),
      kExcerptColumns);
  return text.empty() ? text : fmt::format(" ({})", text);
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

void EachWorker::expect(const Messages& batch, Duration delay) {
  if (!options_.until_empty) return;
  for (const DaemonReply& each : batch) state_.expect(each.message_id, delay);
}

void EachWorker::settle(const Messages& batch, int status,
                        const EachReport* report) {
  if (status != 0) return failed(batch, "CMD " + describe_status(status));
  if (report == nullptr) return done(batch);
  Result<std::set<std::size_t>> numbers = report->read(batch.size());
  if (!numbers) return failed(batch, numbers.refusal().message);
  Messages good;
  Messages bad;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    (numbers->contains(i + 1) ? bad : good).push_back(batch[i]);
  }
  if (!good.empty()) done(good);
  if (!bad.empty()) failed(bad, "CMD reported it");
}

void EachWorker::done(const Messages& batch) {
  LeaseOutcome outcome =
      acknowledge(connection_, options_.queue, leases_of(batch),
                  leases_certain_until_, kPatience);
  if (outcome.reply.ok() && outcome.expired.empty()) {
    return state_.note_done(batch.size());
  }
  Messages lost = batch;
  if (outcome.reply.ok()) {
    std::erase_if(lost, [&](const DaemonReply& each) {
      return std::find(outcome.expired.begin(), outcome.expired.end(),
                       each.lease) == outcome.expired.end();
    });
  }
  state_.note_done(batch.size() - lost.size());
  state_.note_failed(lost.size());
  expect(lost, options_.lease);
  tell(lost, fmt::format("CMD exited with 0, but may be run for it again: {}",
                         outcome.reply.ok() ? in_commands("expired", {})
                                            : why(outcome.reply)));
}

// What becomes of a message depends on how often it was tried.
void EachWorker::failed(const Messages& batch, const std::string& how) {
  if (options_.stop_on_failure) {
    state_.note_failed(batch.size());
    state_.stop();
    rest(batch, how, Duration::zero());
    return tell(batch, how + "; it can be taken again, and no more are");
  }
  std::map<std::int64_t, Messages> by_attempts;
  for (const DaemonReply& each : batch) {
    by_attempts[attempts_of(each)].push_back(each);
  }
  for (const auto& [attempts, some] : by_attempts) {
    failed(some, how, attempts);
  }
}

void EachWorker::failed(const Messages& batch, const std::string& how,
                        std::int64_t attempts) {
  bool ours = options_.max_attempts > 0 && attempts >= options_.max_attempts;
  bool queues = queue_.max_attempts > 0 && attempts >= queue_.max_attempts;
  Duration delay = retry_delay(attempts);
  if (!ours && !queues) {
    tell(batch, fmt::format("{} (attempt {}); again in {}", how, attempts,
                            format_duration(delay)));
    rest(batch, how, delay);
    return expect(batch, delay);
  }
  state_.note_failed(batch.size());
  DaemonReply reply = give_back(batch, {{"dead", "true"}, {"reason", how}});
  if (reply.ok()) {
    tell(batch,
         fmt::format(
             "{}; given up after {}: it is in queue {} now", how,
             attempts == 1 ? "1 attempt" : fmt::format("{} attempts", attempts),
             queue_.dead_letter));
    return;
  }
  // Its dead letter queue is full, say. The message is not lost, but
  // --until-empty does not wait for it either.
  tell(batch,
       fmt::format("{} (attempt {}); again in {}, since {}", how, attempts,
                   format_duration(delay), error_message(reply)));
  rest(batch, how, delay);
}

// Gives it back to be tried again.
void EachWorker::rest(const Messages& batch, const std::string& how,
                      Duration delay) {
  require_ok(
      give_back(batch, {{"delay", format_duration(delay)}, {"reason", how}}),
      "giving it back");
}

// Of no matter are leases that ran out, or the answer to an earlier nack that
// got lost.
DaemonReply EachWorker::give_back(const Messages& batch,
                                  Parameters parameters) {
  LeaseRequest nack{options_.queue, "nack", leases_of(batch),
                    std::move(parameters)};
  return send_with_retry(connection_, nack, kPatience).reply;
}

std::string EachWorker::why(const DaemonReply& refused) {
  return explain(client_, refused, {.queue = options_.queue});
}

void EachWorker::tell(const Messages& batch, std::string_view what) const {
  if (options_.client.quiet) return;
  const DaemonReply& first = batch.front();
  std::string which = batch.size() == 1
                          ? fmt::format("message {}", first.message_id)
                          : fmt::format("{} messages from {} on", batch.size(),
                                        first.message_id);
  say(fmt::format("queue {}, {}{}: {}", options_.queue, which, excerpt(first),
                  what));
}

}  // namespace syncq
