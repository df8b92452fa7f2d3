// What people do to a line from outside.

#include <fmt/format.h>

#include <algorithm>

#include "common/duration.h"
#include "common/signal_names.h"
#include "daemon/fifo/fifo_engine.h"
#include "daemon/fifo/slots.h"

namespace syncq {

Result<> FifoEngine::pause(std::string_view name, bool paused, Instant now) {
  Result<Fifo> fifo = find(name);
  if (!fifo) return fifo.refusal();
  if (fifo->paused == paused) return Nothing{};
  fifo->paused = paused;
  store_.configure_fifo(*fifo);
  events_.push_back(FifoSteered{fifo->called(), paused ? "pause" : "resume",
                                paused ? "is paused" : "goes on"});
  promote(*fifo, now);
  save(*fifo, now);
  return Nothing{};
}

// One that waits would wait for ever, and all behind it.
Result<> FifoEngine::leaves_enough(const Fifo& fifo, const NewFifo& wanted) {
  const int slots = wanted.slots.value_or(fifo.config.slots);
  if (slots >= fifo.config.slots) return Nothing{};
  std::optional<Ticket> ticket = store_.waits_for_most(fifo.id);
  if (!ticket || ticket->take <= slots) return Nothing{};
  return Refusal{ErrorCode::kTooFewSlots,
                 fmt::format("ticket {} waits for {} slots of FIFO {}: cancel "
                             "it with /fifo/{}/cancel/{}, or leave as many",
                             ticket->uuid.text(), ticket->take, fifo.called(),
                             fifo.called(), ticket->uuid.text())};
}

// Else two would have the slot of one name.
Result<> FifoEngine::leaves_names(const Fifo& fifo, const NewFifo& wanted) {
  if (wanted.slot_names.empty()) return Nothing{};
  return check_held_names(wanted.slot_names, store_.held_tickets(fifo.id));
}

Result<> FifoEngine::set(std::string_view name, const NewFifo& wanted,
                         Instant now) {
  Result<Fifo> fifo = find(name);
  if (!fifo) return fifo.refusal();
  Result<> enough = leaves_enough(*fifo, wanted);
  if (!enough) return enough.refusal();
  Result<> apart = leaves_names(*fifo, wanted);
  if (!apart) return apart.refusal();
  configure(fifo->config, wanted);
  store_.configure_fifo(*fifo);
  const FifoConfig& config = fifo->config;
  events_.push_back(FifoSteered{
      fifo->called(), "set",
      fmt::format("was set: {}, rate {}, wait {}, accept {}, done {}, unused "
                  "destroy {}",
                  describe_slots(config.slots, config.slot_names),
                  rate_text(config.rate), format_duration(config.timeouts.wait),
                  format_duration(config.timeouts.accept),
                  format_duration(config.timeouts.done),
                  format_duration(config.unused_destroy))});
  promote(*fifo, now);
  save(*fifo, now);
  return Nothing{};
}

std::int64_t rank_before(const std::optional<Ticket>& first) {
  constexpr std::int64_t kHighest = -kMostPriority;
  return (first ? std::min(first->rank, kHighest) : kHighest) - 1;
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
  std::vector<Ticket> moved = together_with(*ticket);
  std::int64_t rank = 0;
  bool all_first = true;
  for (const Ticket& each : moved) {
    Ticket first = *store_.next_waiting(each.fifo, {});
    rank = std::min(rank, rank_before(first));
    // One that is first by its priority may yet be passed.
    all_first &= first.seq == each.seq && !first.priority();
  }
  // Whoever is moved has been asked for long enough.
  stop_settling(ticket->seq);
  if (all_first) return Nothing{};
  for (Ticket& each : moved) {
    positions_.left(each.fifo, each.in_line());
    each.rank = rank;
    positions_.came(each.fifo, each.in_line());
    store_.move_ticket(each);
    // Those who were passed over stand behind it now.
    passed_over_[each.fifo] = {now, {}};
  }
  events_.push_back(
      FifoSteered{fifo->called(), "front",
                  fmt::format("has ticket {} in front now", uuid.text())});
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
  if (ticket->state != TicketState::kEnded) {
    events_.push_back(
        FifoSteered{fifo->called(), "cancel",
                    fmt::format("waits no longer for ticket {}", uuid.text())});
  }
  // It has had no turn, whose end would have a time.
  return done(name, uuid, {}, now, 0);
}

Result<Ticket> FifoEngine::holder(const Fifo& fifo,
                                  const std::optional<Uuid>& uuid,
                                  Instant now) {
  if (uuid) {
    Result<Ticket> ticket = find(fifo, *uuid, now);
    if (!ticket) return ticket.refusal();
    if (ticket->state == TicketState::kEnded) return ended_refusal(*ticket);
    if (ticket->state == TicketState::kAccepted) return ticket;
    return Refusal{ErrorCode::kConflict,
                   fmt::format("ticket {} has no turn yet: cancel it with "
                               "/fifo/{}/cancel/{}",
                               uuid->text(), fifo.called(), uuid->text())};
  }
  std::vector<Ticket> held = store_.held_tickets(fifo.id);
  if (held.size() == 1 && held.front().state == TicketState::kAccepted) {
    return held.front();
  }
  return Refusal{
      ErrorCode::kConflict,
      held.size() > 1
          ? fmt::format("{} have their turn in FIFO {}: say which with "
                        "ticket=, as GET /fifo/{} has it",
                        held.size(), fifo.called(), fifo.called())
          : fmt::format("nobody has a turn in FIFO {}", fifo.called())};
}

bool FifoEngine::send_signal(const Ticket& turn, int signal) {
  const Process& process = process_of(turn);
  if (process.pid != 0) return processes_.signal(process, signal);
  bool sent = false;
  for (ConnectionId caller : parked_.of_ticket(turn.seq)) {
    if (!parked_.find(caller)->hold) continue;
    notifier_.notify(caller, Signalled{signal});
    sent = true;
  }
  return sent;
}

Result<Ticket> FifoEngine::kill(std::string_view name,
                                const std::optional<Uuid>& uuid, int signal,
                                Instant now) {
  Result<Fifo> fifo = find(name);
  if (!fifo) return fifo.refusal();
  Result<Ticket> ticket = holder(*fifo, uuid, now);
  if (!ticket) return ticket;
  if (!send_signal(*ticket, signal)) {
    return Refusal{
        ErrorCode::kConflict,
        fmt::format("the turn of ticket {} has no process that is seen and "
                    "may be sent signals: end it with /fifo/{}/done/{}",
                    ticket->uuid.text(), fifo->called(), ticket->uuid.text())};
  }
  events_.push_back(
      FifoSteered{fifo->called(), "kill",
                  fmt::format("has a turn, of ticket {}, that is sent SIG{}",
                              ticket->uuid.text(), signal_name(signal))});
  return ticket;
}

}  // namespace syncq
