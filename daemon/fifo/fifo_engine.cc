#include "daemon/fifo/fifo_engine.h"

#include <fmt/format.h>

#include "common/duration.h"
#include "common/names.h"
#include "daemon/fifo/slots.h"

namespace syncq {
namespace {

Refusal no_such_fifo(std::string_view fifo) {
  return {ErrorCode::kNotFound,
          fmt::format("there is no FIFO '{}': make one with /fifo/new, or see "
                      "GET /fifo for those there are",
                      fifo)};
}

}  // namespace

Refusal ended_refusal(const Ticket& ticket) {
  std::string id = ticket.uuid.text();
  switch (ticket.end) {
    case TicketEnd::kCancelled:
      return {ErrorCode::kCancelled,
              fmt::format("ticket {} was cancelled: ask for a new one", id)};
    case TicketEnd::kExpired:
      return {ErrorCode::kExpired,
              fmt::format("ticket {} expired: it was not accepted or not done "
                          "in time; ask for a new one",
                          id)};
    case TicketEnd::kWaitTimeout:
      return {ErrorCode::kWaitTimeout,
              fmt::format("ticket {} waited longer than its wait_timeout and "
                          "left the line; ask for a new one",
                          id)};
    case TicketEnd::kReplaced:
      return {ErrorCode::kReplaced,
              fmt::format("ticket {} was replaced by one that was drawn later: "
                          "that one waits now",
                          id)};
    case TicketEnd::kDone:
    case TicketEnd::kNone:
      break;
  }
  return {ErrorCode::kDone,
          fmt::format("ticket {} is done: ask for a new one", id)};
}

// Turns are in the history for longer, but no longer under this name.
bool is_forgotten(const Ticket& ticket, Instant now) {
  return ticket.state == TicketState::kEnded && *ticket.deadline <= now;
}

Granted granted_of(const Ticket& ticket) {
  return {ticket.uuid,          ticket.fence,
          ticket.slot,          ticket.command.pid != 0,
          ticket.timeouts.done, ticket.more_slots,
          ticket.slot_names};
}

FifoEngine::FifoEngine(FifoStore& store, Notifier& notifier,
                       Processes& processes, Events& events)
    : store_(store),
      notifier_(notifier),
      processes_(processes),
      events_(events),
      past_turns_(store, rate_),
      positions_(store, notifier, processes, parked_, past_turns_, rate_) {}

FifoEngine::~FifoEngine() = default;

Result<Fifo> FifoEngine::find(std::string_view name) {
  std::optional<Fifo> fifo;
  if (auto uuid = Uuid::parse(name)) {
    fifo = store_.find_fifo(*uuid);
  } else {
    Result<> valid = check_name(name, "FIFO");
    if (!valid) return valid.refusal();
    fifo = store_.find_fifo_named(name);
  }
  if (!fifo) return no_such_fifo(name);
  return *fifo;
}

Result<Ticket> FifoEngine::find(const Fifo& fifo, const Uuid& uuid,
                                Instant now) {
  std::optional<Ticket> ticket = store_.find_ticket(uuid);
  if (!ticket || is_forgotten(*ticket, now)) {
    return Refusal{ErrorCode::kNotFound,
                   fmt::format("there is no ticket {}: it never was, or it "
                               "ended over an hour ago; ask for a new one",
                               uuid.text())};
  }
  if (ticket->fifo != fifo.id) {
    return Refusal{ErrorCode::kWrongFifo,
                   fmt::format("ticket {} belongs to another FIFO than {}: "
                               "name the one it was made in",
                               uuid.text(), fifo.uuid.text())};
  }
  return *ticket;
}

void FifoEngine::configure(FifoConfig& config, const NewFifo& wanted) {
  config.timeouts.wait = wanted.timeouts.wait.value_or(config.timeouts.wait);
  config.timeouts.accept =
      wanted.timeouts.accept.value_or(config.timeouts.accept);
  config.timeouts.done = wanted.timeouts.done.value_or(config.timeouts.done);
  config.unused_destroy = wanted.unused_destroy.value_or(config.unused_destroy);
  config.allow_overrides =
      wanted.allow_overrides.value_or(config.allow_overrides);
  config.rate = wanted.rate.value_or(config.rate);
  if (!wanted.slots) return;
  config.slots = *wanted.slots;
  config.slot_names = wanted.slot_names;
}

Result<Fifo> FifoEngine::create_fifo(const NewFifo& wanted, Instant now,
                                     WallMillis wall) {
  Result<> room = population_.room_for_fifos(1);
  if (!room) return room.refusal();
  Fifo fifo;
  fifo.uuid = Uuid::random();
  fifo.name = wanted.name;
  fifo.created = wall;
  configure(fifo.config, wanted);
  if (fifo.config.unused_destroy != Duration::zero()) {
    fifo.deadline = now + fifo.config.unused_destroy;
    nearest_.add(fifo.deadline);
  }
  store_.insert_fifo(fifo);
  population_.add_fifo();
  return fifo;
}

Result<Uuid> FifoEngine::create(const NewFifo& wanted, Instant now,
                                WallMillis wall) {
  if (!wanted.name.empty()) {
    Result<> valid = check_fifo_name(wanted.name);
    if (!valid) return valid.refusal();
    if (store_.find_fifo_named(wanted.name)) {
      return Refusal{ErrorCode::kConflict,
                     fmt::format("there is a FIFO '{}' already: use it, or "
                                 "choose another name",
                                 wanted.name)};
    }
  }
  Result<Fifo> made = create_fifo(wanted, now, wall);
  if (!made) return made.refusal();
  return made->uuid;
}

Result<Timeouts> FifoEngine::timeouts_for(const Fifo& fifo,
                                          const Overrides& overrides,
                                          bool own) {
  Timeouts timeouts = fifo.config.timeouts;
  timeouts.wait = overrides.wait.value_or(timeouts.wait);
  timeouts.accept = overrides.accept.value_or(timeouts.accept);
  timeouts.done = overrides.done.value_or(timeouts.done);
  bool overrides_any =
      own ? timeouts != fifo.config.timeouts
          : overrides.wait || overrides.accept || overrides.done;
  if (overrides_any && !fifo.config.allow_overrides) {
    return Refusal{
        ErrorCode::kOverridesNotAllowed,
        fmt::format("FIFO {} does not allow its timeouts (wait {}, accept {}, "
                    "done {}) to be overridden: leave them out, or make a "
                    "FIFO with allow_overrides=true",
                    fifo.called(), format_duration(fifo.config.timeouts.wait),
                    format_duration(fifo.config.timeouts.accept),
                    format_duration(fifo.config.timeouts.done))};
  }
  return timeouts;
}

Ticket FifoEngine::new_ticket(const Fifo& fifo, const Uuid& uuid,
                              const Timeouts& timeouts,
                              const TicketTerms& terms, Instant now) {
  Ticket ticket;
  ticket.rank = -terms.priority;
  ticket.shared = terms.shared;
  ticket.take = terms.take;
  ticket.uuid = uuid;
  ticket.fifo = fifo.id;
  ticket.timeouts = timeouts;
  ticket.created = now;
  set_state(ticket, TicketState::kWaiting, timeouts.wait, now);
  return ticket;
}

Result<Uuid> FifoEngine::ticket(std::string_view name,
                                const Overrides& overrides,
                                const TicketTerms& terms, Instant now) {
  Result<Fifo> fifo = find(name);
  if (!fifo) return fifo.refusal();
  Result<Timeouts> timeouts = timeouts_for(*fifo, overrides, false);
  if (!timeouts) return timeouts.refusal();
  Result<> possible = check_take(terms, fifo->called(), fifo->config.slots);
  if (!possible) return possible.refusal();
  std::optional<Ticket> replaced;
  const bool meets = terms.if_waiting != IfWaiting::kQueue;
  if (meets && !has_room(*fifo, terms, now)) {
    auto met = meet_waiting(*fifo, terms, now);
    if (!met) return met.refusal();
    replaced = *met;
  }
  Result<> room = population_.room_for_ticket(*fifo);
  if (!room) return room.refusal();
  const Instant first = end_replaced(*fifo, replaced, now);
  Ticket ticket = new_ticket(*fifo, Uuid::random(), *timeouts, terms, now);
  store_.insert_ticket(ticket);
  population_.add_ticket();
  join_line(ticket);
  follow(replaced, ticket);
  settle(ticket, terms, first, now);
  ++fifo->live;
  promote(*fifo, now);
  save(*fifo, now);
  return ticket.uuid;
}

Result<std::optional<Granted>> FifoEngine::wait(std::string_view name,
                                                const Uuid& uuid,
                                                ConnectionId caller,
                                                std::optional<Duration> limit,
                                                Instant now) {
  Result<Fifo> fifo = find(name);
  if (!fifo) return fifo.refusal();
  Result<Ticket> ticket = find(*fifo, uuid, now);
  if (!ticket) return ticket.refusal();
  switch (ticket->state) {
    case TicketState::kEnded:
      return ended_refusal(*ticket);
    case TicketState::kAccepted:
      return std::optional(granted_of(*ticket));
    case TicketState::kReady:
    case TicketState::kWaiting:
      break;
  }
  bool ready = ticket->state == TicketState::kReady;
  if (ready && ticket->hold) {
    return Refusal{ErrorCode::kConflict,
                   fmt::format("ticket {} was made by hold: only a hold "
                               "with this ticket can take its turn",
                               uuid.text())};
  }
  if (!notifier_.alive(caller)) return gone_refusal();
  if (ready) {
    Granted granted = accept(*fifo, *ticket, now);
    store_.update_ticket(*ticket);
    save(*fifo, now);
    return std::optional(granted);
  }
  ParkedCallers::Entry entry;
  entry.seq = ticket->seq;
  entry.fifo = fifo->id;
  if (limit && *limit != Duration::zero()) entry.limit = now + *limit;
  parked_.add(caller, entry);
  return std::optional<Granted>();
}

bool FifoEngine::held_by_process(const Ticket& ticket) {
  return ticket.hold && ticket.state == TicketState::kAccepted &&
         ticket.command.pid != 0 &&
         processes_.look(ticket.command) != ProcessState::kEnded;
}

Result<> FifoEngine::done(std::string_view name, const Uuid& uuid,
                          const Done& how, Instant now, WallMillis wall) {
  Result<Fifo> fifo = find(name);
  if (!fifo) return fifo.refusal();
  Result<Ticket> ticket = find(*fifo, uuid, now);
  if (!ticket) return ticket.refusal();
  if (ticket->state == TicketState::kEnded) {
    if (ticket->end == TicketEnd::kDone ||
        ticket->end == TicketEnd::kCancelled) {
      return Nothing{};
    }
    return Refusal{ErrorCode::kExpired,
                   fmt::format("ticket {} expired before it was done: its "
                               "turn has passed on; ask for a new one",
                               uuid.text())};
  }
  if (!how.force && held_by_process(*ticket)) {
    return Refusal{
        ErrorCode::kHeldByProcess,
        fmt::format("the turn of ticket {} ends with process {}, which still "
                    "runs: end that, or say force=true and the next one runs "
                    "beside it",
                    uuid.text(), ticket->command.pid)};
  }
  bool accepted = ticket->state == TicketState::kAccepted;
  end_turn(*fifo, *ticket, accepted ? TicketEnd::kDone : TicketEnd::kCancelled,
           accepted
               ? Refusal{ErrorCode::kDone, "the ticket was marked as done"}
               : Refusal{ErrorCode::kCancelled,
                         "the ticket was cancelled before its turn: ask for a "
                         "new one"},
           how.status, now, wall);
  promote(*fifo, now);
  save(*fifo, now);
  return Nothing{};
}

Result<> FifoEngine::touch(std::string_view name, const Uuid& uuid,
                           Instant now) {
  Result<Fifo> fifo = find(name);
  if (!fifo) return fifo.refusal();
  Result<Ticket> ticket = find(*fifo, uuid, now);
  if (!ticket) return ticket.refusal();
  if (ticket->state == TicketState::kEnded) return ended_refusal(*ticket);
  if (ticket->state != TicketState::kAccepted) {
    return Refusal{ErrorCode::kConflict,
                   fmt::format("ticket {} is not accepted yet, so its done "
                               "clock does not run: wait for its turn first",
                               uuid.text())};
  }
  // A ticket of hold has no done clock to restart.
  if (ticket->hold || !ticket->deadline) return Nothing{};
  ticket->deadline = now + ticket->timeouts.done;
  nearest_.add(ticket->deadline);
  store_.update_ticket(*ticket);
  return Nothing{};
}

Result<> FifoEngine::destroy(std::string_view name) {
  Result<Fifo> fifo = find(name);
  if (!fifo) {
    if (fifo.refusal().code == ErrorCode::kNotFound) return Nothing{};
    return fifo.refusal();
  }
  destroy(*fifo, {ErrorCode::kDestroyed,
                  fmt::format("FIFO {} was destroyed: make a new one", name)});
  return Nothing{};
}

std::int64_t FifoEngine::connection_turns() {
  std::int64_t turns = 0;
  for (std::int64_t seq : parked_.granted()) {
    std::optional<Ticket> ticket = store_.find_ticket(seq);
    if (ticket && ticket->command.pid == 0) ++turns;
  }
  return turns;
}

}  // namespace syncq
