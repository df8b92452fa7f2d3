#include "daemon/fifo/position_notifier.h"

#include <algorithm>
#include <cassert>

namespace syncq {

const Process& process_of(const Ticket& ticket) {
  return ticket.command.pid != 0 ? ticket.command : ticket.owner;
}

bool stopped_process(Processes& processes, const Ticket& ticket) {
  const Process& process = process_of(ticket);
  return process.pid != 0 && processes.look(process) == ProcessState::kStopped;
}

Holder describe_holder(const Ticket& ticket, Instant now) {
  auto held = std::max(Duration::zero(), now - ticket.since);
  return {ticket.label,
          ticket.cwd,
          process_of(ticket).pid,
          std::chrono::duration_cast<std::chrono::milliseconds>(held).count(),
          std::nullopt,
          std::nullopt};
}

namespace {

// 0 if nobody has the turn.
std::int64_t first_of(const std::vector<Ticket>& held) {
  return held.empty() ? 0 : held.front().seq;
}

}  // namespace

PositionNotifier::PositionNotifier(FifoStore& store, Notifier& notifier,
                                   Processes& processes, ParkedCallers& parked,
                                   PastTurns& past, const TurnRate& rate)
    : store_(store),
      notifier_(notifier),
      processes_(processes),
      parked_(parked),
      past_(past),
      rate_(rate) {}

void PositionNotifier::changed(std::int64_t fifo) {
  if (!parked_.any_hold_of_fifo(fifo)) return;
  lines_[fifo].pending = true;
}

void PositionNotifier::tick(Instant now) {
  for (auto it = lines_.begin(); it != lines_.end();) {
    auto& [fifo, line] = *it;
    if (line.due > now) {
      ++it;
      continue;
    }
    if (!line.walking && !line.pending) {
      it = lines_.erase(it);
      continue;
    }
    if (!line.walking) line = Line{now, false, true, line.again, {}, 0, {}};
    bool at_end = slice(fifo, line, now);
    line.walking = !at_end;
    if (at_end) line.again = false;
    line.due = now + (at_end ? kSweepInterval : kSlicePause);
    ++it;
  }
}

// A walk that has passed it must not count it for those behind.
void PositionNotifier::left(std::int64_t fifo, InLine place) {
  auto line = lines_.find(fifo);
  bool passed = line != lines_.end() && line->second.walking && place.seq > 0 &&
                place <= line->second.cursor;
  if (passed) --line->second.position;
}

// Nor forget it.
void PositionNotifier::came(std::int64_t fifo, InLine place) {
  auto line = lines_.find(fifo);
  bool passed = line != lines_.end() && line->second.walking &&
                place <= line->second.cursor;
  if (passed) ++line->second.position;
}

void PositionNotifier::rolled_back() {
  for (auto& [fifo, line] : lines_) {
    line = Line{line.due, true, false, true, {}, 0, {}};
  }
}

std::optional<Instant> PositionNotifier::next_due() const {
  std::optional<Instant> next;
  for (const auto& [fifo, line] : lines_) {
    next = sooner(next, line.due);
  }
  return next;
}

PositionInLine PositionNotifier::look(const Fifo& fifo,
                                      const std::vector<Ticket>& held,
                                      Instant now) {
  PositionInLine news;
  news.of = fifo.waiting();
  news.paused = fifo.paused;
  bool free = !fifo.paused && fifo.slots_taken() < fifo.config.slots;
  if (free && rate_.next(fifo, now)) news.rate = format_rate(fifo.config.rate);
  news.has_holder = !held.empty();
  if (news.has_holder) {
    news.holder = describe_holder(held.front(), now);
    news.holder.stopped = stopped_process(processes_, held.front());
    news.holder.expected_run = past_.expected_run(held.front());
  }
  return news;
}

std::optional<std::int64_t> PositionNotifier::position_at(const Fifo& fifo,
                                                          const InLine& place) {
  // Mostly it is near one end.
  for (int most : {kFewCounted, kMostCounted}) {
    int behind = store_.count_behind(fifo.id, place, most);
    if (behind < most) return fifo.waiting() - behind;
    int before = store_.count_before(fifo.id, place, most);
    if (before < most) return before + 1;
  }
  return std::nullopt;
}

PositionInLine PositionNotifier::join(const Fifo& fifo, const Ticket& ticket,
                                      ParkedCallers::Place& place,
                                      Instant now) {
  std::vector<Ticket> held = store_.held_tickets(fifo.id);
  PositionInLine news = look(fifo, held, now);
  std::optional<std::int64_t> position = position_at(fifo, ticket.in_line());
  news.position = position.value_or(fifo.waiting());
  if (ticket.lead != 0) news.fifo = fifo.called();
  place.told_position = position.value_or(0);
  place.told_holder = first_of(held);
  place.told_paused = news.paused;
  place.told_rate = !news.rate.empty();
  assert(news.position >= 1);
  if (auto forecast = past_.forecast(fifo, held, now)) {
    // What depends on the others in line is told by the walk, which passes them
    // anyway.
    if (news.position > 1) place.told_position = 0;
    if (news.position == 1) {
      Instant turn = forecast->next({}, ticket.shared, ticket.take);
      news.expected_wait = turn - now;
    }
  }
  return news;
}

bool PositionNotifier::slice(std::int64_t fifo_id, Line& line, Instant now) {
  std::optional<Fifo> fifo = store_.find_fifo(fifo_id);
  if (!fifo || !parked_.any_hold_of_fifo(fifo_id)) return true;
  std::vector<Ticket> held = store_.held_tickets(fifo_id);
  std::int64_t holder = first_of(held);
  PositionInLine news = look(*fifo, held, now);
  if (line.position == 0) line.forecast = past_.forecast(*fifo, held, now);
  std::vector<Ticket> tickets =
      store_.waiting_tickets(fifo_id, line.cursor, kSlice);
  for (const Ticket& ticket : tickets) {
    line.cursor = ticket.in_line();
    news.position = ++line.position;
    news.expected_wait.reset();
    news.fifo = ticket.lead != 0 ? fifo->called() : std::string();
    auto run = line.forecast ? past_.expected_run(ticket) : std::nullopt;
    if (run) {
      Instant turn = line.forecast->next(*run, ticket.shared, ticket.take);
      news.expected_wait = std::max(turn - now, Duration::zero());
    }
    for (ConnectionId caller : parked_.of_ticket(ticket.seq)) {
      ParkedCallers::Entry* entry = parked_.find(caller);
      if (!entry->hold) continue;
      ParkedCallers::Place& place = entry->of_ticket(ticket.seq);
      bool same = place.told_position == news.position &&
                  place.told_holder == holder &&
                  place.told_paused == news.paused &&
                  place.told_rate == !news.rate.empty();
      if (same && !line.again) continue;
      // It would be dropped. Once it reads again the next walk tells it: one a
      // second while such a client is in line, which takes a full socket.
      if (!notifier_.keeps_up(caller)) {
        place.told_position = 0;
        line.pending = true;
        continue;
      }
      place.told_position = news.position;
      place.told_holder = holder;
      place.told_paused = news.paused;
      place.told_rate = !news.rate.empty();
      notifier_.notify(caller, news);
    }
  }
  return tickets.size() < static_cast<std::size_t>(kSlice);
}

}  // namespace syncq
