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
#include "cli/queue/queue_message.h"
#include "common/duration.h"

namespace syncq {
namespace {

bool sigpipe_ends_us() {
  struct sigaction current {};
  sigaction(SIGPIPE, nullptr, &current);
  return current.sa_handler == SIG_DFL;
}

}  // namespace

HandOver::HandOver(KeptConnection& connection, const ClientOptions& options,
                   std::string queue, std::string doing)
    : connection_(connection),
      options_(options),
      queue_(std::move(queue)),
      doing_(std::move(doing)) {}

DaemonReply HandOver::take(TakeRequest request) {
  for (;; request.lease *= 2) {
    DaemonReply message = *take_by_lease(connection_, request);
    if (!message.ok()) return message;
    lease_ = request.lease;
    lease_certain_until_ =
        Deadline::after(lease_ / 2 - connection_.reply_took());
    renew_at_ = Deadline::after(lease_ / 3 - connection_.reply_took());
    // It took so long to arrive that another may have it by now.
    if (lease_certain_until_.passed() && !renew(message)) {
      say(
          fmt::format("{}: the lease of {} ended before the message was here; "
                      "trying again with twice as long",
                      doing_, format_duration(request.lease)));
      continue;
    }
    write(message);
    acknowledge_written(message);
    return message;
  }
}

// False if the lease has ended.
bool HandOver::renew(const DaemonReply& message) {
  RequestTarget address = lease_target(queue_, "extend", message.lease);
  address.add("by", format_duration(lease_));
  Deadline sure = Deadline::after(lease_ / 2);
  renew_at_ = Deadline::after(lease_ / 3);
  try {
    std::optional<DaemonReply> reply = connection_.ask("POST", address);
    if (reply->ok()) lease_certain_until_ = sure;
    return error_code(*reply) != "expired";
  } catch (const Failure&) {
    // The lease may be alive: a daemon that starts leaves it a minute.
    return true;
  }
}

void HandOver::write(const DaemonReply& message) {
  OutputPause pause;
  pause.due = [this] { return renew_at_; };
  pause.work = [&] { renew(message); };
  int error = write_stdout(message_bytes(queue_, message, options_), pause);
  if (error == 0) return;
  std::string what =
      fmt::format("writing the message to stdout: {}", std::strerror(error));
  if (error != EPIPE || !sigpipe_ends_us()) fail(message, what);
  try {
    fail(message, what);
  } catch (const Failure& failure) {
    say(failure.what());
  }
  reraise_default(SIGPIPE);
  throw Failure(what);
}

void HandOver::fail(const DaemonReply& message, const std::string& what) {
  RequestTarget nack = lease_target(queue_, "nack", message.lease);
  nack.add("uncounted", "true");
  std::string_view fate = "it is still in the queue";
  try {
    DaemonReply reply = connection_.request_with_retry("POST", nack);
    // Expired: its lease ran out, so it is back already.
    if (!reply.ok() && error_code(reply) != "expired") {
      require_ok(reply, "giving it back");
    }
  } catch (const Failure&) {
    fate = "it returns to the queue when its lease ends";
  }
  throw Failure(fmt::format("{}: {}; {}", doing_, what, fate));
}

void HandOver::acknowledge_written(const DaemonReply& message) {
  DaemonReply reply =
      acknowledge(connection_, queue_, message.lease, lease_certain_until_);
  if (error_code(reply) == "expired") {
    throw Failure(
        fmt::format("{}: it was written, but its lease had ended by then: it "
                    "may be given to another, too",
                    doing_));
  }
  require_ok(reply, doing_ + ": it was written, and is still in the queue");
}

}  // namespace syncq
