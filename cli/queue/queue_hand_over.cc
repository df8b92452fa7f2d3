#include "cli/queue/queue_hand_over.h"

#include <fmt/format.h>
#include <signal.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "cli/base/failure.h"
#include "cli/base/output.h"
#include "cli/base/write_stdout.h"
#include "cli/process/signals.h"
#include "cli/queue/lease_request.h"
#include "common/duration.h"

namespace syncq {
namespace {

bool sigpipe_ends_us() {
  struct sigaction current {};
  sigaction(SIGPIPE, nullptr, &current);
  return current.sa_handler == SIG_DFL;
}

}  // namespace

HandOver::HandOver(KeptConnection& connection, std::string queue,
                   std::string doing, Form form)
    : connection_(connection),
      queue_(std::move(queue)),
      doing_(std::move(doing)),
      form_(std::move(form)) {}

DaemonReply HandOver::take(TakeRequest request) {
  for (;; request.lease *= 2) {
    DaemonReply reply = *take_by_lease(connection_, request);
    if (!reply.ok()) return reply;
    Messages messages = taken_messages(request, reply);
    lease_ = request.lease;
    lease_certain_until_ =
        Deadline::after(lease_ / 2 - connection_.reply_took());
    renew_at_ = Deadline::after(lease_ / 3 - connection_.reply_took());
    const Leases leases = leases_of(messages);
    // Ours is over by the time that the message is the user's.
    for (DaemonReply& each : messages) each.lease.clear();
    // It took so long to arrive that another may have it by now.
    if (lease_certain_until_.passed() && !renew(leases)) {
      say(
          fmt::format("{}: the lease of {} ended before the message was here; "
                      "trying again with twice as long",
                      doing_, format_duration(request.lease)));
      continue;
    }
    write(messages, leases);
    acknowledge_written(leases);
    return reply;
  }
}

// False if a lease has ended.
bool HandOver::renew(const Leases& leases) {
  LeaseRequest extend{
      queue_, "extend", leases, {{"by", format_duration(lease_)}}};
  Deadline sure = Deadline::after(lease_ / 2);
  renew_at_ = Deadline::after(lease_ / 3);
  try {
    LeaseOutcome outcome = outcome_of(
        extend, *connection_.ask("POST", extend.address(), Answer::kSoon,
                                 Deadline::never(), extend.body()));
    if (!outcome.expired.empty()) return false;
    if (outcome.reply.ok()) lease_certain_until_ = sure;
  } catch (const Failure&) {
    // The leases may be alive: a daemon that starts leaves them a minute.
  }
  return true;
}

// If one can't be written, those before it are no longer ours to give back.
void HandOver::write(const Messages& messages, const Leases& leases) {
  OutputPause pause;
  pause.due = [this] { return renew_at_; };
  pause.work = [&] { renew(leases); };
  const bool leased_by_us = !renew_at_.is_never();
  int error = 0;
  std::size_t written = 0;
  while (written < messages.size() && error == 0) {
    error = write_stdout(form_(messages[written]), pause);
    if (error == 0) ++written;
  }
  if (error == 0) return;
  std::string what =
      fmt::format("writing the message to stdout: {}", std::strerror(error));
  auto mid = leases.begin() + static_cast<std::ptrdiff_t>(written);
  const Leases rest(mid, leases.end());
  if (written > 0 && leased_by_us) acknowledge_written({leases.begin(), mid});
  if (error != EPIPE || !sigpipe_ends_us()) fail(rest, what);
  try {
    fail(rest, what);
  } catch (const Failure& failure) {
    say(failure.what());
  }
  reraise_default(SIGPIPE);
  throw Failure(what);
}

void HandOver::fail(const Leases& leases, const std::string& what) {
  LeaseRequest nack{queue_, "nack", leases, {{"uncounted", "true"}}};
  std::string_view fate = "it is still in the queue";
  try {
    // Expired: its lease ran out, so it is back already.
    require_ok(send_with_retry(connection_, nack).reply, "giving it back");
  } catch (const Failure&) {
    fate = "it returns to the queue when its lease ends";
  }
  throw Failure(fmt::format("{}: {}; {}", doing_, what, fate));
}

void HandOver::acknowledge_written(const Leases& leases) {
  LeaseOutcome outcome =
      acknowledge(connection_, queue_, leases, lease_certain_until_);
  if (!outcome.expired.empty()) {
    throw Failure(
        fmt::format("{}: it was written, but its lease had ended by then: it "
                    "may be given to another, too",
                    doing_));
  }
  require_ok(outcome.reply,
             doing_ + ": it was written, and is still in the queue");
}

}  // namespace syncq
