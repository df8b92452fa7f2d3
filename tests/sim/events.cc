// What the numbers of an action mean.

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "tests/sim/requests.h"
#include "tests/sim/world.h"

namespace syncq::sim {
namespace {

using namespace std::chrono_literals;

constexpr std::array<Duration, 6> kTimeouts = {0s, 1s, 3s, 10s, 60s, 600s};
constexpr std::array<Duration, 8> kPasses = {1ms, 20ms, 300ms, 1s,
                                             1s,  4s,   15s,   70s};

template <typename Array>
auto pick(const Array& from, std::uint32_t number) {
  return from[number % from.size()];
}

// One in `of`; other bits than those that pick.
bool rare(std::uint32_t number, std::uint32_t of) {
  return (number >> 16) % of == 0;
}

// Draws one small number after another out of an action's.
class Draw {
 public:
  explicit Draw(std::uint64_t seed) : state_(seed) {}
  std::uint32_t operator()() {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return static_cast<std::uint32_t>(state_ >> 33);
  }
  bool one_in(std::uint32_t of) { return (*this)() % of == 0; }
  std::optional<Duration> timeout(std::uint32_t one_in_so_many) {
    if (!one_in(one_in_so_many)) return std::nullopt;
    return pick(kTimeouts, (*this)());
  }

 private:
  std::uint64_t state_;
};

// Far below a connection's share of an iteration, of which the model knows
// nothing.
constexpr std::size_t kMostQueued = 16;

constexpr std::array kFifos = {"f", "f", "g", "deploy"};
constexpr std::array kQueues = {"q", "q", "q", "jobs", "jobs", "q.dead", "mem"};
constexpr std::array kBodies = {"", "a", "bb", "some more text"};
constexpr std::array kKeys = {"k", "l"};

std::string chosen_uuid(Id id) {
  return fmt::format("c0000000-0000-4000-8000-{:012}", id);
}

}  // namespace

Ask World::ask_of(const Action& action, Link& link) {
  Draw draw(action.numbers[0] * 4294967296u + action.numbers[1]);
  Ask ask;
  ask.verb = static_cast<Verb>(action.kind);
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
  auto configure = [&] {
    if (draw.one_in(2)) ask.slots = 1 + static_cast<int>(draw() % 3);
    ask.wait_timeout = draw.timeout(3);
    ask.accept_timeout = draw.timeout(2);
    ask.done_timeout = draw.timeout(2);
    if (draw.one_in(4)) ask.unused_timeout = 10s;
    ask.overrides = draw.one_in(2);
  };
  switch (ask.verb) {
    case Verb::kFifoNew:
      if (draw.one_in(6)) ask.name.clear();
      configure();
      break;
    case Verb::kTicket:
      if (draw.one_in(6)) ask.wait_timeout = draw.timeout(1);
      if (draw.one_in(6)) ask.done_timeout = draw.timeout(1);
      break;
    case Verb::kFifoSet:
      configure();
      break;
    case Verb::kWait:
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
      of_ticket();
      break;
    case Verb::kHold:
      ask.create = !draw.one_in(8);
      if (draw.one_in(4)) configure();
      ask.nowait = draw.one_in(6);
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
      ask.streams = draw.one_in(4);
      break;
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
      if (ask.verb != Verb::kConsume && draw.one_in(2)) {
        ask.limit = pick(kTimeouts, draw());
      }
      ask.index = draw() % 4;
      break;
    case Verb::kPeek:
      ask.index = draw() % 4;
      break;
    case Verb::kMessages:
      ask.index = draw() % 3;
      ask.most = 1 + static_cast<int>(draw() % 4);
      ask.state = static_cast<MessageState>(draw() % 4);
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
      break;
    case Verb::kQueueNew:
      ask.ephemeral = ask.name == "mem" || draw.one_in(6);
      if (draw.one_in(2)) ask.capacity = 1 + draw() % 5;
      ask.reject = draw.one_in(2);
      if (draw.one_in(2)) {
        ask.max_attempts = 1 + draw() % 3;
        ask.dead_letter = ask.name == "q" ? "jobs" : "q";
      }
      break;
    default:
      break;
  }
  return ask;
}

void World::ask(const Action& action) {
  auto who = static_cast<std::size_t>(action.who);
  auto verb = static_cast<Verb>(action.kind);
  if (verb == Verb::kAnnounce) {
    // Only to a stream that can be written to.
    Link* there = current(who);
    bool can = there != nullptr && there->chunks && !there->closing &&
               !there->wire.client_left();
    if (!can) return;
  }
  // A client that waits seldom asks for more on the same connection.
  auto busy = [&](std::size_t client) {
    Link* there = current(client);
    if (there == nullptr || verb == Verb::kAnnounce) return false;
    return there->chunks || (there->waiting && !rare(action.numbers[2], 8));
  };
  std::size_t others = 0;
  while (busy(who) && others++ < kClients) who = (who + 1) % kClients;
  if (busy(who)) return;
  Link& link = connected(who);
  if (link.queued() >= kMostQueued) return;
  Ask ask = ask_of(action, link);
  std::string bytes = bytes_of(ask, names_);
  note(fmt::format("connection {} asks:\n{}", link.id, bytes));
  link.send(ask, bytes);
  // Several requests of one iteration, or of one connection.
  first_ = action.numbers[2];
  if (action.numbers[3] % 4 == 0) return;
  if (rare(action.numbers[3], 5)) piece_ = 1 + action.numbers[2] % 90;
  iterate(rare(action.numbers[3], 8) ? 2 : 1);
}

void World::happen(const Action& action) {
  auto who = static_cast<std::size_t>(action.who);
  std::uint32_t number = action.numbers[0];
  Link* link = current(who);
  pid_t pid = clients_[who].pid;
  switch (static_cast<Event>(action.kind)) {
    case Event::kClose:
    case Event::kHalfClose:
    case Event::kBreak:
      if (link == nullptr) return;
      // Until this has come to the daemon, only a look at the socket shows it.
      // A request that has come in part must not be late.
      if (link->wire.undelivered() == 0) {
        link->lag = static_cast<int>(action.numbers[1] % 4);
      }
      if (action.kind == static_cast<int>(Event::kClose)) link->wire.close();
      if (action.kind == static_cast<int>(Event::kHalfClose)) link->wire.shut();
      if (action.kind == static_cast<int>(Event::kBreak)) link->wire.reset();
      if (rare(number, 2)) iterate();
      return;
    case Event::kReading:
      if (link == nullptr) return;
      link->slow = !link->slow;
      link->wire.set_room(link->slow ? 100 : 1024 * 1024);
      return;
    case Event::kPass:
      return pass(pick(kPasses, number));
    case Event::kIterate:
      return iterate();
    case Event::kEndProcess: {
      if (machine_.processes.running.empty()) return;
      auto victim = std::next(machine_.processes.running.begin(),
                              static_cast<std::ptrdiff_t>(
                                  number % machine_.processes.running.size()));
      pid = victim->first;
      for (auto& [id, each] : links_) {
        if (each->pid == pid) each->wire.close();
      }
      for (std::int64_t key : machine_.processes.end(pid))
        ended_.push_back(key);
      return iterate();
    }
    case Event::kStopProcess:
      if (machine_.processes.running.contains(pid))
        machine_.processes.stopped.insert(pid);
      return;
    case Event::kGoOnProcess:
      machine_.processes.stopped.erase(pid);
      return;
    case Event::kKill:
      // What it has read is not committed.
      if (rare(number, 2)) take_in();
      return end_life(End::kKilled, false);
    case Event::kStop: {
      stopping_ = true;
      Outcome outcome = daemon_->stop();
      if (outcome == Outcome::kUnknown) {
        end_life(End::kKilled, true);
      } else {
        for (auto& [id, each] : links_) each->slow = false;
        after(outcome);
        end_life(End::kStopped, false);
      }
      stopping_ = false;
      return;
    }
    case Event::kPowerCut:
      return end_life(End::kPowerCut, false);
    case Event::kSleep:
      return end_life(End::kKilled, false, 25h);
    case Event::kStall:
      machine_.pass(pick(kPasses, number));
      return iterate();
    case Event::kFailWrite:
      disk_.fail(test::FaultyDisk::Fault::kWrite, 1 + number % 12);
      return;
    case Event::kFailSync:
      disk_.fail(sync_fault_, 1 + number % 3);
      return;
  }
}

void World::step(const Action& action) {
  note(action.text());
  if (action.kind < static_cast<int>(Event::kClose)) {
    ask(action);
  } else {
    happen(action);
  }
}

// Everybody leaves: nothing of them may stay.
void World::finish() {
  for (auto& [id, each] : links_) {
    each->wire.close();
    each->lag = 0;
    each->slow = false;
  }
  for (int i = 0; i < 5; ++i) pass(std::chrono::seconds(1));
  if (daemon_->connections() != 0 || daemon_->in_flight().used() != 0 ||
      daemon_->fifos().parked() + daemon_->queues().parked() != 0) {
    throw Broken{fmt::format(
        "after all have left, {} connections, {} bytes and {} callers stay",
        daemon_->connections(), daemon_->in_flight().used(),
        daemon_->fifos().parked() + daemon_->queues().parked())};
  }
}

}  // namespace syncq::sim
