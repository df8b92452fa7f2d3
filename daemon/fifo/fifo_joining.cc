// What a newcomer does about those who wait already, and who waits for the end
// of another's ticket.

#include <fmt/format.h>

#include "daemon/fifo/fifo_engine.h"

namespace syncq {
namespace {

Refusal already_waiting(const Fifo& fifo, const Ticket& ticket) {
  return {ErrorCode::kAlreadyWaiting,
          fmt::format("ticket {} waits in FIFO {} already, and you did not "
                      "want another: wait for its end with /fifo/{}/join/{}",
                      ticket.uuid.text(), fifo.called(), fifo.called(),
                      ticket.uuid.text())};
}

}  // namespace

std::string_view end_name(TicketEnd end) {
  switch (end) {
    case TicketEnd::kExpired:
      return "expired";
    case TicketEnd::kCancelled:
      return "cancelled";
    case TicketEnd::kWaitTimeout:
      return "wait_timeout";
    case TicketEnd::kReplaced:
      return "replaced";
    default:
      return "done";
  }
}

std::optional<Uuid> FifoEngine::last_in_line(std::string_view name) {
  Result<Fifo> fifo = find(name);
  std::optional<Ticket> last;
  if (fifo) last = store_.last_waiting(fifo->id);
  if (!last) return std::nullopt;
  return last->uuid;
}

// One whose caller has left, though we have not heard of it, waits no longer.
Result<std::optional<Ticket>> FifoEngine::meet_waiting(Fifo& fifo,
                                                       const TicketTerms& terms,
                                                       Instant now) {
  if (terms.if_waiting == IfWaiting::kQueue) return std::optional<Ticket>();
  std::optional<Ticket> last = store_.last_waiting(fifo.id);
  for (; last && leave_if_alone(fifo, *last, now);
       last = store_.last_waiting(fifo.id)) {
    save(fifo, now);
  }
  if (last && terms.if_waiting == IfWaiting::kSkip) {
    postpone(*last, now);
    return already_waiting(fifo, *last);
  }
  // What it asked for in its other FIFOs would be lost.
  if (last && last->lead != 0) last.reset();
  return last;
}

// The caller saves `fifo`.
Instant FifoEngine::end_replaced(Fifo& fifo, std::optional<Ticket>& replaced,
                                 Instant now) {
  if (!replaced) return now;
  auto settling = settling_.find(replaced->seq);
  const Instant first =
      settling == settling_.end() ? now : settling->second.first;
  replaced->end = TicketEnd::kReplaced;
  // It has had no turn, whose end would have a time.
  end_turn(fifo, *replaced, TicketEnd::kReplaced, ended_refusal(*replaced),
           std::nullopt, now, 0);
  return first;
}

// Those who joined the ticket that was replaced wait for the other one.
void FifoEngine::follow(const std::optional<Ticket>& replaced,
                        const Ticket& by) {
  if (!replaced) return;
  events_.push_back(
      FifoSteered{store_.find_fifo(by.fifo)->called(), "replace",
                  fmt::format("has ticket {} in place of {}", by.uuid.text(),
                              replaced->uuid.text())});
  joiners_.move(replaced->seq, by.seq);
  undo_.push(
      [this, old = replaced->seq, seq = by.seq] { joiners_.move(seq, old); });
}

Result<std::optional<TicketOver>> FifoEngine::join(
    std::string_view name, const Uuid& uuid, ConnectionId caller,
    std::optional<Duration> limit, Instant now) {
  Result<Fifo> fifo = find(name);
  if (!fifo) return fifo.refusal();
  Result<Ticket> ticket = find(*fifo, uuid, now);
  if (!ticket) return ticket.refusal();
  if (ticket->state == TicketState::kEnded) {
    return std::optional(TicketOver{end_name(ticket->end), ticket->status});
  }
  if (!notifier_.alive(caller)) return gone_refusal();
  ParkedCallers::Entry entry;
  entry.seq = ticket->seq;
  entry.fifo = fifo->id;
  if (limit && *limit != Duration::zero()) entry.limit = now + *limit;
  joiners_.add(caller, entry);
  return std::optional<TicketOver>();
}

void FifoEngine::tell_joiners(const Ticket& ticket) {
  for (ConnectionId caller : joiners_.of_ticket(ticket.seq)) {
    joiners_.remove(caller);
    notifier_.notify(caller, TicketOver{end_name(ticket.end), ticket.status});
  }
}

}  // namespace syncq
