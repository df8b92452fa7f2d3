#include "daemon/event_text.h"

#include <fmt/format.h>
#include <sys/wait.h>

#include "common/duration.h"
#include "common/signal_names.h"

namespace syncq {
namespace {

// The longest part of a label or a reason that is logged.
constexpr std::size_t kMostText = 200;

std::string_view beginning(std::string_view text) {
  return text.substr(0, kMostText);
}

std::string ticket_text(const Uuid& ticket, std::string_view label, pid_t pid) {
  std::string who(beginning(label));
  if (pid != 0) who += fmt::format("{}pid {}", who.empty() ? "" : ", ", pid);
  if (who.empty()) return fmt::format("ticket {}", ticket.text());
  return fmt::format("ticket {} ({})", ticket.text(), who);
}

std::string status_text(const std::optional<int>& status) {
  if (!status) return "";
  return WIFEXITED(*status)
             ? fmt::format(", exit {}", WEXITSTATUS(*status))
             : fmt::format(", SIG{}", signal_name(WTERMSIG(*status)));
}

}  // namespace

std::string text_of(const TurnGiven& event) {
  return fmt::format("FIFO {}: turn given to {}, waited {}", event.fifo,
                     ticket_text(event.ticket, event.label, event.pid),
                     describe_duration(event.waited));
}

std::string text_of(const TurnEnded& event) {
  return fmt::format("FIFO {}: turn of {} ended{}, waited {}, ran {}",
                     event.fifo, ticket_text(event.ticket, event.label, 0),
                     status_text(event.status), describe_duration(event.waited),
                     describe_duration(event.ran));
}

std::string text_of(const TicketExpired& event) {
  return fmt::format("FIFO {}: {} expired: {}", event.fifo,
                     ticket_text(event.ticket, event.label, 0), event.clock);
}

std::string text_of(const FifoUnused& event) {
  return fmt::format("FIFO {} ({}) was not used and is destroyed",
                     event.fifo.text(), event.name);
}

std::string text_of(const FifoSteered& event) {
  return fmt::format("FIFO {} {}", event.fifo, event.what);
}

std::string text_of(const MessageGivenUp& event) {
  return fmt::format(
      "queue {}: message {} given up after {} attempt{}{}{}: "
      "it is in queue {} now",
      event.queue, event.id.text(), event.attempts,
      event.attempts == 1 ? "" : "s", event.reason.empty() ? "" : ", ",
      beginning(event.reason), event.dead_letters);
}

std::string text_of(const QueueSteered& event) {
  return fmt::format("queue {} {}", event.queue, event.what);
}

}  // namespace syncq
