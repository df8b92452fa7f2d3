// Turns that are ended for one who comes later.

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <limits>
#include <set>

#include "common/signal_names.h"
#include "daemon/fifo/fifo_engine.h"

namespace syncq {
namespace {

// What began last loses the least work. Shared turns have one slot, which is
// free when all of them have ended: together they are as old as the oldest.
void sort_youngest_first(std::vector<Ticket>& turns) {
  std::int64_t shared_since = std::numeric_limits<std::int64_t>::max();
  for (const Ticket& each : turns) {
    if (each.shared) shared_since = std::min(shared_since, each.fence);
  }
  auto since = [shared_since](const Ticket& turn) {
    return turn.shared ? shared_since : turn.fence;
  };
  std::stable_sort(turns.begin(), turns.end(),
                   [since](const Ticket& a, const Ticket& b) {
                     return since(a) > since(b);
                   });
}

// One that has got its turn since, from the front of the line or by ending
// others itself, is not ended by those it has passed.
bool may_end(const Ticket& ticket, const Ticket& turn) {
  return turn.state == TicketState::kAccepted && turn.seq < ticket.seq &&
         *turn.granted <= ticket.created;
}

std::optional<Instant> kill_time(const Preempt& how, Instant now) {
  bool kills = how.grace != Duration::zero() && how.signal != SIGKILL;
  return kills ? std::optional(now + how.grace) : std::nullopt;
}

FifoSteered signalled(const Fifo& fifo, const Ticket& turn, int signal,
                      const Ticket& by) {
  return {fifo.called(), "preempt",
          fmt::format("has a turn, of ticket {}, that is sent SIG{} for ticket "
                      "{}",
                      turn.uuid.text(), signal_name(signal), by.uuid.text())};
}

}  // namespace

bool FifoEngine::has_live_caller(const Ticket& ticket) const {
  std::vector<ConnectionId> callers = parked_.of_ticket(ticket.seq);
  return parked_.held_open(ticket.seq) &&
         std::any_of(callers.begin(), callers.end(),
                     [this](auto id) { return notifier_.alive(id); });
}

// The youngest that make room, without those that an older one among them,
// which has more slots, makes needless.
void FifoEngine::put_needed_first(std::vector<Ticket>& turns, Fifo then,
                                  const Ticket& first) {
  std::vector<const Ticket*> needed;
  for (const Ticket& turn : turns) {
    if (admits(then, first.shared, first.take)) break;
    if (!may_end(first, turn)) continue;
    release_slots(then, turn);
    needed.push_back(&turn);
  }
  std::set<std::int64_t> seqs;
  for (const Ticket* turn : needed) {
    Fifo with = then;
    hold_slots(with, *turn);
    if (admits(with, first.shared, first.take)) {
      then = with;
    } else {
      seqs.insert(turn->seq);
    }
  }
  std::stable_partition(turns.begin(), turns.end(), [&](const Ticket& turn) {
    return seqs.contains(turn.seq);
  });
}

// As many turns as must end, and none twice. Those that are ending already, for
// another, are counted first.
Preempted FifoEngine::clear_way(const Fifo& fifo, Instant now) {
  Preempted done;
  std::optional<Ticket> first = store_.next_waiting(fifo.id, {});
  const Preempt* how = first ? preemptions_.find(fifo.id, first->seq) : nullptr;
  if (how == nullptr || fifo.paused || !has_live_caller(*first)) return done;
  Fifo then = fifo;  // once they have ended
  auto in_way = [&] { return !admits(then, first->shared, first->take); };
  if (!in_way()) return done;
  // It would end work for nothing.
  if (auto next = rate_.next(fifo, now)) {
    ask_by(fifo.id, *next);
    return done;
  }
  std::vector<Ticket> turns;
  for (Ticket& turn : store_.held_tickets(fifo.id)) {
    const auto* ending = preemptions_.ending(fifo.id, turn.seq);
    if (ending == nullptr) {
      turns.push_back(std::move(turn));
      continue;
    }
    if (in_way()) {
      take_over(fifo, turn.seq, *ending, *first, now);
      done.signalled.push_back(turn);
    }
    release_slots(then, turn);
  }
  sort_youngest_first(turns);
  put_needed_first(turns, then, *first);
  int sent = 0;
  for (const Ticket& turn : turns) {
    if (!in_way() || sent == kMostLooks) break;
    if (!may_end(*first, turn)) continue;
    const Process& process = process_of(turn);
    if (send_signal(turn, how->signal)) {
      ++sent;
      // A stopped process acts on it only when it goes on, as in timeout(1).
      if (stopped_process(processes_, turn)) {
        processes_.signal(process, SIGCONT);
      }
      preemptions_.set_ending(
          fifo.id, turn.seq,
          {kill_time(*how, now), first->seq, how->signal == SIGKILL});
      events_.push_back(signalled(fifo, turn, how->signal, *first));
      done.signalled.push_back(turn);
    } else if (process.pid == 0 ||
               processes_.look(process) != ProcessState::kEnded) {
      continue;
    }
    release_slots(then, turn);
  }
  if (in_way() && sent == kMostLooks) {
    ask_by(fifo.id, now);
  } else if (in_way()) {
    done.others = then.held;
  }
  return done;
}

// It is ending for `first` as well, and is killed no later than it would be.
void FifoEngine::take_over(const Fifo& fifo, std::int64_t turn,
                           Preemptions::Ending ending, const Ticket& first,
                           Instant now) {
  const Preempt& how = *preemptions_.find(fifo.id, first.seq);
  const Preemptions::Ending before = ending;
  // Whoever wanted it sooner may have left.
  if (preemptions_.find(fifo.id, ending.kill_by) == nullptr) {
    ending.kill_at.reset();
  }
  const auto kill_at = ending.killed ? std::nullopt : kill_time(how, now);
  if (kill_at && (!ending.kill_at || *kill_at < *ending.kill_at)) {
    ending.kill_at = kill_at;
    ending.kill_by = first.seq;
  }
  if (ending != before) preemptions_.set_ending(fifo.id, turn, ending);
}

// A turn that goes on after its grace, if somebody still waits for its end.
void FifoEngine::kill_due(Instant now) {
  if (!preemptions_.any()) return;
  for (auto& [fifo_id, seq, ending] : preemptions_.due(now, kMostLooks)) {
    std::optional<Fifo> fifo = store_.find_fifo(fifo_id);
    std::optional<Ticket> turn = store_.find_ticket(seq);
    std::optional<Ticket> by = store_.find_ticket(ending.kill_by);
    ending.kill_at.reset();
    ending.killed = fifo && !fifo->paused && turn && by &&
                    preemptions_.find(fifo_id, ending.kill_by) != nullptr &&
                    has_live_caller(*by) && send_signal(*turn, SIGKILL);
    if (ending.killed) {
      events_.push_back(signalled(*fifo, *turn, SIGKILL, *by));
    }
    preemptions_.set_ending(fifo_id, seq, ending);
  }
}

}  // namespace syncq
