// What people do to a line from outside.

#include <fmt/format.h>

#include "common/duration.h"
#include "daemon/fifo/fifo_engine.h"

namespace syncq {

Result<> FifoEngine::pause(std::string_view name, bool paused, Instant now) {
  Result<Fifo> fifo = find(name);
  if (!fifo) return fifo.refusal();
  if (fifo->paused == paused) return Nothing{};
  fifo->paused = paused;
  store_.configure_fifo(*fifo);
  events_.push_back(
      FifoSteered{fifo->called(), paused ? "is paused" : "goes on"});
  promote(*fifo, now);
  save(*fifo, now);
  return Nothing{};
}

Result<> FifoEngine::set(std::string_view name, const NewFifo& wanted,
                         Instant now) {
  Result<Fifo> fifo = find(name);
  if (!fifo) return fifo.refusal();
  configure(fifo->config, wanted);
  store_.configure_fifo(*fifo);
  const FifoConfig& config = fifo->config;
  events_.push_back(FifoSteered{
      fifo->called(),
      fmt::format("was set: slots {}, wait {}, accept {}, done {}, unused "
                  "destroy {}",
                  config.slots, format_duration(config.timeouts.wait),
                  format_duration(config.timeouts.accept),
                  format_duration(config.timeouts.done),
                  format_duration(config.unused_destroy))});
  promote(*fifo, now);
  save(*fifo, now);
  return Nothing{};
}

Result<> FifoEngine::front(std::string_view name, const Uuid& uuid,
                           Instant now) {
  Result<Fifo> fifo = find(name);
  if (!fifo) return fifo.refusal();
  Result<Ticket> ticket = find(*fifo, uuid, now);
  if (!ticket) return ticket.refusal();
  if (ticket->state == TicketState::kEnded) return ended_refusal(*ticket);
  if (ticket->state != TicketState::kWaiting) {
    return Refusal{ErrorCode::kConflict,
                   fmt::format("ticket {} has its turn already: name one that "
                               "waits",
                               uuid.text())};
  }
  Ticket first = *store_.next_waiting(fifo->id, {});
  if (first.seq == ticket->seq) return Nothing{};
  positions_.to_front(fifo->id, ticket->in_line());
  ticket->rank = first.rank - 1;
  store_.move_ticket(*ticket);
  // Those who were passed over stand behind it now.
  forget_passed_over(fifo->id);
  promote(*fifo, now);
  save(*fifo, now);
  return Nothing{};
}

Result<> FifoEngine::cancel(std::string_view name, const Uuid& uuid,
                            Instant now) {
  Result<Fifo> fifo = find(name);
  if (!fifo) return fifo.refusal();
  Result<Ticket> ticket = find(*fifo, uuid, now);
  if (!ticket) return ticket.refusal();
  if (ticket->state == TicketState::kAccepted) {
    return Refusal{ErrorCode::kConflict,
                   fmt::format("ticket {} has its turn already: end it with "
                               "/fifo/{}/done/{}",
                               uuid.text(), fifo->called(), uuid.text())};
  }
  // It has had no turn, whose end would have a time.
  return done(name, uuid, {}, now, 0);
}

}  // namespace syncq
