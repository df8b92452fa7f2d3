// Tickets that are drawn together, in several FIFOs: all have their turns at
// once, or none does.
//
// All lines order two groups alike: the tickets of one have the same rank, and
// their seqs follow each other. So the first of all groups is behind none in
// any of its lines, and no two can wait for each other.

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <span>

#include "common/names.h"
#include "daemon/fifo/fifo_engine.h"
#include "daemon/fifo/slots.h"

namespace syncq {
namespace {

Refusal refused(std::string why) {
  return {ErrorCode::kBadRequest, std::move(why)};
}

Result<> check_several(const HoldRequest& call) {
  if (call.with.size() >= kMostFifosAtOnce) {
    return refused(fmt::format("{} FIFOs are named: name {} at the most",
                               call.with.size() + 1, kMostFifosAtOnce));
  }
  const TicketTerms& terms = call.terms;
  if (terms.if_waiting != IfWaiting::kQueue) {
    return refused(
        "if_waiting is for a turn in one FIFO: leave it out, or name one FIFO");
  }
  if (terms.settle != Duration::zero()) {
    return refused(
        "settle is for a turn in one FIFO: leave it out, or name one FIFO");
  }
  if (terms.preempt) {
    return refused(
        "cancel_holder is for a turn in one FIFO: leave it out, or name one "
        "FIFO");
  }
  return Nothing{};
}

// The answers of all as one, that of the first.
HoldReply together(std::vector<HoldReply> starts) {
  HoldReply start = std::move(starts.front());
  for (std::size_t i = 1; i < starts.size(); ++i) {
    start.created |= starts[i].created;
    if (start.granted) start.granted->others.push_back(*starts[i].granted);
    start.others.push_back(std::move(starts[i]));
  }
  return start;
}

}  // namespace

// What get_or_create() and new_hold() would refuse, of a FIFO that may have to
// be made; nothing is.
Result<FifoEngine::Wanted> FifoEngine::want(std::string_view name,
                                            const HoldRequest& call,
                                            Instant now) {
  HoldRequest existing;
  existing.fifo = call.fifo;
  bool created = false;
  Result<Fifo> fifo = get_or_create(name, existing, now, 0, created);
  const bool makes = !fifo && call.create && !Uuid::parse(name) &&
                     fifo.refusal().code == ErrorCode::kNotFound;
  if (!fifo && !makes) return fifo.refusal();
  Wanted wanted{std::string(name), makes ? 0 : fifo->id, {}};
  int slots = call.fifo.slots.value_or(1);
  if (makes) {
    Result<> valid = check_fifo_name(name);
    if (!valid) return valid.refusal();
  } else {
    Result<Timeouts> timeouts =
        timeouts_for(*fifo, call.fifo.timeouts, call.create);
    if (!timeouts) return timeouts.refusal();
    wanted.timeouts = *timeouts;
    slots = fifo->config.slots;
  }
  Result<> possible = check_take(call.terms, name, slots);
  if (!possible) return possible.refusal();
  Result<> room = population_.room_for_ticket(makes ? Fifo() : *fifo);
  if (!room) return room.refusal();
  return wanted;
}

Result<std::vector<FifoEngine::Wanted>> FifoEngine::want_all(
    std::string_view name, const HoldRequest& call, Instant now) {
  std::vector<Wanted> all;
  for (std::size_t i = 0; i <= call.with.size(); ++i) {
    auto wanted = want(i == 0 ? name : call.with[i - 1], call, now);
    if (!wanted) return wanted.refusal();
    auto same = [&](const Wanted& other) {
      return wanted->fifo != 0 ? other.fifo == wanted->fifo
                               : other.name == wanted->name;
    };
    if (std::any_of(all.begin(), all.end(), same)) {
      return refused(
          fmt::format("FIFO {} is named twice: name each once", wanted->name));
    }
    all.push_back(std::move(*wanted));
  }
  auto makes = std::count_if(all.begin(), all.end(),
                             [](const Wanted& each) { return each.fifo == 0; });
  if (makes > 0) {
    Result<> room = population_.room_for_fifos(makes);
    if (!room) return room.refusal();
  }
  return all;
}

// To ask one line may give turns in the others: that it is next in all of them
// is looked at after all were asked.
bool FifoEngine::have_room(const std::vector<Wanted>& all,
                           const TicketTerms& terms, Instant now) {
  const InLine place{-terms.priority, std::numeric_limits<std::int64_t>::max()};
  auto free = [&](auto is_free) {
    return std::all_of(all.begin(), all.end(), [&](const Wanted& each) {
      if (each.fifo == 0) return true;
      Fifo fifo = *store_.find_fifo(each.fifo);
      return is_free(fifo);
    });
  };
  return free([&](Fifo& fifo) { return has_room(fifo, terms, now); }) &&
         free([&](const Fifo& fifo) {
           return is_next(fifo, place, terms.shared, terms.take, now);
         });
}

Result<HoldReply> FifoEngine::hold_several(std::string_view name,
                                           const HoldRequest& call,
                                           ConnectionId caller, Instant now,
                                           WallMillis wall) {
  Result<> possible = check_several(call);
  if (!possible) return possible.refusal();
  auto wanted = want_all(name, call, now);
  if (!wanted) return wanted.refusal();
  const bool free = have_room(*wanted, call.terms, now);
  if (!free && call.nowait) {
    std::string why = "it is not your turn in all of these FIFOs";
    for (const Wanted& each : *wanted) {
      std::optional<Fifo> fifo = store_.find_fifo(each.fifo);
      if (!fifo || (admits(*fifo, call.terms.shared, call.terms.take) &&
                    !rate_.next(*fifo, now))) {
        continue;
      }
      why = why_not_now(*fifo, call.terms, now);
      break;
    }
    return Refusal{ErrorCode::kStillWaiting,
                   why + ", and you did not want to wait: try again later"};
  }
  const std::int64_t rank =
      free ? -call.terms.priority : rank_of_all(*wanted, call);
  std::vector<HoldReply> starts;
  std::vector<Member> members;
  for (Wanted& each : *wanted) {
    HoldReply start;
    const Uuid uuid =
        call.ticket && members.empty() ? *call.ticket : Uuid::random();
    Result<Fifo> fifo =
        get_or_create(each.name, call, now, wall, start.created);
    if (!fifo) return fifo.refusal();
    if (start.created) {
      each.timeouts = timeouts_for(*fifo, call.fifo.timeouts, true).value();
    }
    const std::int64_t lead = members.empty() ? 0 : members.front().ticket.seq;
    Ticket ticket =
        draw(*fifo, call, uuid, each.timeouts, free, {lead, rank}, start, now);
    if (lead == 0) {
      ticket.lead = ticket.seq;
      store_.move_ticket(ticket);
    }
    save(*fifo, now);
    // Its line stands still, though it may have room: it may stop meanwhile.
    if (!free) passed_over_.try_emplace(fifo->id, PassedOver{now, {}});
    start.fifo = *fifo;
    starts.push_back(std::move(start));
    members.push_back({std::move(*fifo), std::move(ticket)});
  }
  HoldReply start = together(std::move(starts));
  park_hold(members.front().fifo, members.front().ticket,
            std::span(members).subspan(1), call, caller, true, start, now);
  return start;
}

Result<HoldReply> FifoEngine::reattach_group(const Ticket& first,
                                             const HoldRequest& call,
                                             ConnectionId caller, Instant now) {
  if (first.lead != first.seq) {
    Ticket lead = store_.group(first.lead).front();
    return Refusal{ErrorCode::kConflict,
                   fmt::format("ticket {} was drawn together with ticket {}: "
                               "come back to that one",
                               first.uuid.text(), lead.uuid.text())};
  }
  std::vector<HoldReply> starts;
  std::vector<Member> members;
  for (Ticket& ticket : store_.group(first.lead)) {
    std::optional<Fifo> fifo = store_.find_fifo(ticket.fifo);
    if (!fifo) continue;  // it is destroyed, and all of them end with that
    starts.push_back(take_back(*fifo, ticket, now));
    members.push_back({std::move(*fifo), std::move(ticket)});
  }
  HoldReply start = together(std::move(starts));
  park_hold(members.front().fifo, members.front().ticket,
            std::span(members).subspan(1), call, caller, false, start, now);
  return start;
}

// A turn that the caller has is waited for by one who waits for `fifo`, too.
bool FifoEngine::is_waited_for(const Fifo& fifo, const HoldRequest& call) {
  return std::any_of(call.inside.begin(), call.inside.end(),
                     [&](const Uuid& uuid) {
                       std::optional<Ticket> turn = store_.find_ticket(uuid);
                       return turn && turn->state == TicketState::kAccepted &&
                              store_.waits_for_both(fifo.id, turn->fifo);
                     });
}

// The same in each line.
std::int64_t FifoEngine::rank_of_all(const std::vector<Wanted>& all,
                                     const HoldRequest& call) {
  std::int64_t before_all = 0;
  bool ahead = false;
  for (const Wanted& each : all) {
    std::optional<Fifo> fifo = store_.find_fifo(each.fifo);
    if (!fifo) continue;
    before_all =
        std::min(before_all, rank_before(store_.next_waiting(fifo->id, {})));
    ahead |= is_waited_for(*fifo, call);
  }
  return ahead ? before_all : -call.terms.priority;
}

// As promote() asks a line: only stopped callers are passed.
bool FifoEngine::is_next(const Fifo& fifo, const InLine& place, bool shared,
                         int take, Instant now) {
  if (!admits(fifo, shared, take) || rate_.next(fifo, now)) return false;
  InLine after;
  for (int looks = 0; looks < kMostLooks; ++looks) {
    auto ticket = store_.next_waiting(fifo.id, after);
    if (!ticket || place <= ticket->in_line()) return true;
    bool passed = admits(fifo, ticket->shared, ticket->take) &&
                  !settles_until(ticket->seq, now) && is_stopped(*ticket);
    if (!passed) return false;
    after = ticket->in_line();
  }
  return false;
}

// Nothing is kept for it in one line while it waits in another.
FifoEngine::Given FifoEngine::give_turns(Fifo& fifo, Ticket& ticket,
                                         Instant now) {
  if (leave_if_alone(fifo, ticket, now)) return Given::kLeft;
  if (is_stopped(ticket)) return Given::kStopped;
  std::vector<Member> members;
  for (Ticket& each : store_.group(ticket.lead)) {
    if (broken_.contains(each.seq)) return Given::kWaits;
    const bool own = each.seq == ticket.seq;
    std::optional<Fifo> in = own ? fifo : store_.find_fifo(each.fifo);
    const bool next = own || (in && is_next(*in, each.in_line(), each.shared,
                                            each.take, now));
    if (!next) return Given::kWaits;
    members.push_back({std::move(*in), std::move(each)});
  }
  const bool comes = attended(ticket);
  std::vector<Granted> granted;
  for (Member& each : members) {
    take_slots(each.fifo, each.ticket, now);
    if (comes) {
      granted.push_back(accept(each.fifo, each.ticket, now));
    } else {
      make_ready(each.ticket, now);
    }
    store_.update_ticket(each.ticket);
    if (each.ticket.seq == ticket.seq) {
      fifo = each.fifo;
    } else {
      save(each.fifo, now);
      positions_.changed(each.fifo.id);
      // Those behind it, which the next tick asks.
      passed_over_[each.fifo.id] = {now, {}};
    }
  }
  if (!comes) return Given::kTaken;
  granted.front().others.assign(granted.begin() + 1, granted.end());
  for (std::size_t i = 0; i < members.size(); ++i) {
    notify_all(members[i].ticket, granted[i]);
  }
  return Given::kTaken;
}

// None has its turn without the others: they end as this one did, in the next
// tick.
void FifoEngine::end_others(const Ticket& ended) {
  for (const Ticket& each : store_.group(ended.lead)) {
    // Its caller has heard of the end, and is gone.
    recheck_if_undone(each.seq);
    // The same process ended for each; its parent may have reaped it since.
    auto gone = gone_.find(each.seq);
    if (gone != gone_.end() && !gone->second) gone->second = ended.status;
    if (!broken_.try_emplace(each.seq, ended.status).second) continue;
    undo_.push([this, seq = each.seq] { broken_.erase(seq); });
  }
}

std::vector<Ticket> FifoEngine::together_with(const Ticket& ticket) {
  if (ticket.lead == 0) return {ticket};
  return store_.group(ticket.lead);
}

std::vector<std::string> FifoEngine::names_with(const Ticket& ticket) {
  std::vector<std::string> names;
  if (ticket.lead == 0) return names;
  for (const Ticket& each : store_.group(ticket.lead)) {
    if (each.seq == ticket.seq) continue;
    if (auto fifo = store_.find_fifo(each.fifo))
      names.push_back(fifo->called());
  }
  return names;
}

}  // namespace syncq
