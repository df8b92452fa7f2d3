// What a client asks for, drawn out of the numbers of an action.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <csignal>

#include "tests/sim/draw.h"
#include "tests/sim/world.h"

namespace syncq::sim {
namespace {

using namespace std::chrono_literals;

constexpr std::array kFifos = {"f", "f", "g", "deploy"};
constexpr std::array kSlots = {"zero", "b:1", "2", "D", "e-4", "f_5", "6."};
constexpr std::array kBodies = {"", "a", "bb", "some more text"};
constexpr std::array kKeys = {"k", "l"};
constexpr std::array kSignals = {SIGTERM, SIGTERM, SIGINT, SIGKILL};
constexpr std::array<Duration, 4> kGraces = {0s, 300ms, 2s, 20s};
constexpr std::array<Rate, 4> kRates = {Rate{1, 1s}, Rate{20, 1min},
                                        Rate{3, 1min}, Rate{1000, 1s}};

std::string chosen_uuid(Id id) {
  return fmt::format("c0000000-0000-4000-8000-{:012}", id);
}

}  // namespace

Ask World::ask_of(const Action& action, Verb verb, Link& link) {
  Draw draw(action.numbers[0] * 4294967296u + action.numbers[1]);
  Ask ask;
  ask.verb = verb;
  bool of_fifo = ask.verb < Verb::kPut;
  const Stored& kept = model_.stored();
  ask.name = of_fifo ? pick(kFifos, draw()) : pick(kQueues, draw());
  std::vector<const ModelTicket*> tickets;
  for (const ModelTicket& each : kept.tickets) {
    if (!names_.knows(each.id)) continue;
    tickets.push_back(&each);
    // Those that live are of more interest.
    if (each.live()) tickets.insert(tickets.end(), 3, &each);
  }
  const ModelTicket* ticket =
      tickets.empty() ? nullptr : tickets[draw() % tickets.size()];
  auto of_ticket = [&] {
    if (ticket == nullptr || draw.one_in(40)) return;
    ask.ticket = ticket->id;
    for (const ModelFifo& each : kept.fifos) {
      if (each.id != ticket->fifo || draw.one_in(40)) continue;
      if (each.name.empty() || draw.one_in(4)) ask.by_uuid = each.id;
      ask.name = each.name;
    }
    if (ask.by_uuid != 0 && !names_.knows(ask.by_uuid)) ask.by_uuid = 0;
  };
  std::vector<std::pair<Id, std::string>> leases;
  for (const ModelQueue& queue : kept.queues) {
    for (const ModelHidden& each : queue.hidden) {
      if (each.lease == 0 || !names_.knows(each.lease)) continue;
      leases.emplace_back(each.lease, queue.config.name);
    }
  }
  auto of_lease = [&] {
    if (leases.empty() || draw.one_in(40)) return;
    const auto& [lease, name] = leases[draw() % leases.size()];
    ask.lease = lease;
    if (!draw.one_in(40)) ask.name = name;
  };
  auto choose = [&] {
    Id id = model_.new_id();
    names_.learn(id, chosen_uuid(id));
    return id;
  };
  auto slots = [&](int least) {
    ask.slots = least + static_cast<int>(draw() % 4);
    ask.slot_names.clear();
    if (draw.one_in(2)) return;
    // The name of a held slot can't be another's.
    const std::size_t first = draw.one_in(3) ? 1 : 0;
    for (int i = 0; i < *ask.slots; ++i) {
      ask.slot_names.emplace_back(
          kSlots.at(first + static_cast<std::size_t>(i)));
    }
  };
  // 0: there is none of that name.
  auto slots_there = [&] {
    for (const ModelFifo& each : kept.fifos) {
      if (each.name == ask.name) return each.config.slots;
    }
    return 0;
  };
  auto configure = [&] {
    if (draw.one_in(2)) slots(1);
    if (limits_ != 0 && draw.one_in(limits_)) {
      ask.turn_rate = draw.one_in(4) ? Rate{} : pick(kRates, draw());
    }
    ask.wait_timeout = draw.timeout(3);
    ask.accept_timeout = draw.timeout(2);
    ask.done_timeout = draw.timeout(2);
    if (draw.one_in(4)) ask.unused_timeout = 10s;
    ask.overrides = draw.one_in(2);
  };
  auto terms = [&] {
    if (terms_ == 0 || !draw.one_in(terms_)) return;
    if (draw.one_in(2)) ask.priority = static_cast<int>(draw() % 5) - 2;
    if (draw.one_in(3)) {
      ask.if_waiting = static_cast<IfWaiting>(1 + draw() % 2);
    }
    if (draw.one_in(4)) {
      ask.settle = pick(kTimeouts, 1 + draw() % 3);
      if (draw.one_in(2)) ask.at_most = pick(kTimeouts, draw());
    }
    // Both is refused.
    const bool several = draw.one_in(2);
    ask.shared = several ? draw.one_in(20) : !draw.one_in(3);
    if (!several) return;
    // Mostly so many as can be had.
    int most = slots_there();
    if (most < 2 || draw.one_in(10)) most = 5;
    ask.take = 2 + static_cast<int>(draw() % static_cast<unsigned>(most - 1));
  };
  // Where several have their turn, if there is such a FIFO.
  auto crowded = [&] {
    for (const ModelFifo& each : kept.fifos) {
      auto turns = std::count_if(
          kept.tickets.begin(), kept.tickets.end(), [&](const auto& ticket) {
            return ticket.fifo == each.id && ticket.held() && ticket.hold;
          });
      if (turns > 1 && !each.name.empty()) ask.name = each.name;
    }
  };
  auto preempt = [&] {
    ask.preempt.signal = pick(kSignals, draw());
    ask.preempt.grace = pick(kGraces, draw());
    // What does not go with it is refused.
    if (draw.one_in(20)) return;
    ask.priority = 0;
    ask.if_waiting = IfWaiting::kQueue;
    ask.settle.reset();
    ask.at_most.reset();
    ask.nowait = false;
  };
  auto limits = [&] {
    if (limits_ == 0 || !draw.one_in(limits_)) return;
    if (draw.one_in(2)) ask.in_flight = 1 + draw() % 3;
    if (draw.one_in(2)) ask.rate = pick(kRates, draw());
  };
  // Anywhere in the longest queue, or at the beginning of any.
  auto index = [&] {
    std::size_t most = 2;
    for (const ModelQueue& each : kept.queues) {
      if (each.ready.size() > most && !draw.one_in(3)) {
        most = each.ready.size();
        ask.name = each.config.name;
      }
    }
    ask.index = draw() % static_cast<std::uint32_t>(most + 2);
  };
  switch (ask.verb) {
    case Verb::kFifoNew:
      if (draw.one_in(6)) ask.name.clear();
      configure();
      break;
    case Verb::kTicket:
      terms();
      if (draw.one_in(6)) ask.wait_timeout = draw.timeout(1);
      if (draw.one_in(6)) ask.done_timeout = draw.timeout(1);
      break;
    case Verb::kFifoSet:
      // Of one that has tickets, mostly.
      if (!draw.one_in(3)) of_ticket();
      configure();
      break;
    case Verb::kWait:
    case Verb::kJoin:
      of_ticket();
      ask.limit = draw.timeout(2);
      break;
    case Verb::kDone:
      of_ticket();
      ask.force = draw.one_in(3);
      break;
    case Verb::kTouch:
    case Verb::kFront:
    case Verb::kCancel:
    case Verb::kFifoKill:
      of_ticket();
      break;
    case Verb::kHold: {
      const bool preempts = preempts_ != 0 && draw.one_in(preempts_);
      if (preempts && !draw.one_in(3)) crowded();
      terms();
      ask.create = !draw.one_in(8);
      if (draw.one_in(4)) configure();
      // Others than the FIFO's are refused.
      if (slots_there() != 0 && !draw.one_in(3)) {
        ask.slots.reset();
        ask.slot_names.clear();
        ask.turn_rate.reset();
      }
      if (ask.take > 1 && slots_there() == 0 && !draw.one_in(4)) slots(2);
      ask.nowait = draw.one_in(6);
      if (preempts) preempt();
      ask.limit = draw.timeout(4);
      if (link.pid != 0 && !draw.one_in(3)) {
        ask.pid = link.pid;
        ask.exec = draw.one_in(3);
      }
      if (ticket != nullptr && ticket->hold && draw.one_in(3)) {
        of_ticket();
        ask.chosen = ask.ticket;
        if (ask.chosen == 0) ask.chosen.reset();
      } else if (draw.one_in(3)) {
        ask.chosen = choose();
      }
      for (const ModelTicket& each : kept.tickets) {
        if (several_ == 0 || ask.inside.size() == 3) break;
        if (each.held() && draw.one_in(4)) ask.inside.push_back(each.id);
      }
      ask.streams = draw.one_in(4);
      if (several_ != 0 && draw.one_in(several_)) {
        // Mostly others than the first.
        const std::size_t first = draw.one_in(10) ? 0 : 1 + draw() % 3;
        for (std::size_t i = 0; i <= draw() % 2; ++i) {
          std::string more = pick(kFifos, first + i + 1);
          if (more == ask.name && !draw.one_in(10)) more = "h";
          ask.more.push_back(more);
        }
        // Of what is refused of one of them little would come.
        if (!draw.one_in(4)) {
          ask.slots.reset();
          ask.slot_names.clear();
          ask.take = 1;
          ask.wait_timeout = ask.accept_timeout = ask.done_timeout = {};
          ask.nowait = false;
          ask.create = true;
        }
        // What is for one FIFO is refused.
        if (!draw.one_in(20)) {
          ask.if_waiting = IfWaiting::kQueue;
          ask.settle.reset();
          ask.at_most.reset();
        }
      }
      break;
    }
    case Verb::kCommand:
    case Verb::kAnnounce:
      of_ticket();
      ask.pid = link.pid;
      // A child of its own.
      if (link.pid != 0 && draw.one_in(2)) {
        ask.pid = machine_.spawn(link.pid).pid;
      }
      if (ask.pid == 0) ask.pid = 1;
      break;
    case Verb::kPut:
      ask.body = pick(kBodies, draw());
      if (draw.one_in(5)) ask.delay = pick(kTimeouts, draw());
      if (draw.one_in(5)) ask.ttl = pick(kTimeouts, draw());
      if (groups_ != 0 && draw.one_in(groups_)) ask.group = pick(kKeys, draw());
      if (draw.one_in(4)) {
        ask.key = pick(kKeys, draw());
        ask.sequence = draw() % 4;
      }
      break;
    case Verb::kHead:
    case Verb::kTail:
    case Verb::kConsume:
      if (draw.one_in(2)) ask.lease_time = pick(kTimeouts, 1 + draw() % 5);
      if (ask.lease_time && draw.one_in(3)) {
        ask.chosen = choose();
        if (!leases.empty() && draw.one_in(3)) {
          ask.chosen = leases[draw() % leases.size()].first;
        }
      }
      // With a lease_id the model would have to count UUIDs.
      if (ask.verb != Verb::kConsume && !ask.chosen && draw.one_in(3)) {
        ask.count = 1 + draw() % 4;
      }
      if (ask.verb != Verb::kConsume && draw.one_in(2)) {
        ask.limit = pick(kTimeouts, draw());
      }
      index();
      break;
    case Verb::kPeek:
      index();
      break;
    case Verb::kMessages:
      ask.index = draw() % 3;
      ask.most = 1 + static_cast<int>(draw() % 4);
      ask.state = static_cast<MessageState>(draw() % 5);
      break;
    case Verb::kRemove:
      ask.index = draw() % 20;
      for (const ModelQueue& each : kept.queues) {
        if (each.config.name != ask.name) continue;
        ask.generation = each.generation;
        ask.index = each.next_place - ask.index % 6;
      }
      ask.index = std::max<std::int64_t>(ask.index, 0);
      break;
    case Verb::kRedrive:
      // Few queues have any.
      for (const ModelQueue& each : kept.queues) {
        bool dead = std::any_of(
            each.ready.begin(), each.ready.end(),
            [](const auto& message) { return !message.dead_from.empty(); });
        if (dead && !draw.one_in(4)) ask.name = each.config.name;
      }
      ask.most = 1 + static_cast<int>(draw() % 4);
      if (draw.one_in(3)) ask.to = pick(kQueues, draw());
      break;
    case Verb::kAck:
      of_lease();
      break;
    case Verb::kNack:
      of_lease();
      if (draw.one_in(3)) ask.delay = pick(kTimeouts, draw());
      ask.dead = draw.one_in(5);
      ask.uncounted = draw.one_in(5);
      if (draw.one_in(4)) ask.reason = "why";
      break;
    case Verb::kExtend:
      of_lease();
      ask.lease_time = pick(kTimeouts, 1 + draw() % 5);
      break;
    case Verb::kSet:
      if (draw.one_in(2)) ask.capacity = 1 + draw() % 5;
      ask.reject = draw.one_in(2);
      limits();
      break;
    case Verb::kQueueNew:
      ask.ephemeral = ask.name == "mem" || draw.one_in(6);
      if (draw.one_in(2)) ask.capacity = 1 + draw() % 5;
      ask.reject = draw.one_in(2);
      if (draw.one_in(2)) {
        ask.max_attempts = 1 + draw() % 3;
        ask.dead_letter = ask.name == "q" ? "jobs" : "q";
      }
      limits();
      break;
    case Verb::kEvents:
      ask.limit = pick(kTimeouts, draw());
      [[fallthrough]];
    case Verb::kOverview:
      if (draw.one_in(2)) ask.name = pick(kFifos, draw());
      ask.wanted.waiting = static_cast<int>(draw() % 4);
      ask.wanted.only = ask.name;
      // One of all takes several iterations: only the stream's are looked at.
      if (ask.verb == Verb::kEvents && draw.one_in(2)) ask.wanted.only.clear();
      break;
    case Verb::kGarbage:
      ask.garbage = static_cast<int>(draw() % 100);
      break;
    default:
      break;
  }
  if (link.pid == 0) {
    ask.shown = static_cast<Shown>(draw() % 3);
    // In some seeds there are none of those that must stay out.
    if (strangers_ != 0 && draw.one_in(strangers_)) {
      ask.shown = static_cast<Shown>(3 + draw() % 5);
    }
  }
  return ask;
}

}  // namespace syncq::sim
