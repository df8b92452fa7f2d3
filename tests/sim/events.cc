// What the numbers of an action mean.

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "tests/sim/draw.h"
#include "tests/sim/refusals.h"
#include "tests/sim/requests.h"
#include "tests/sim/world.h"

namespace syncq::sim {
namespace {

using namespace std::chrono_literals;

constexpr std::array<Duration, 8> kPasses = {1ms, 20ms, 300ms, 1s,
                                             1s,  4s,   15s,   70s};

// Far below a connection's share of an iteration, of which the model knows
// nothing.
constexpr std::size_t kMostQueued = 16;

}  // namespace

void World::ask(const Action& action) {
  auto who = static_cast<std::size_t>(action.who);
  auto verb = static_cast<Verb>(action.kind);
  // Of a long queue these take several iterations, which the model knows
  // nothing of.
  bool sliced = verb == Verb::kMessages || verb == Verb::kRedrive;
  if (deep_ && sliced) {
    verb = Verb::kPeek;
  } else if (deep_ && verb > Verb::kPut && rare(action.numbers[1], 3)) {
    verb = rare(action.numbers[1], 2) ? Verb::kPeek : Verb::kConsume;
  }
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
  Ask ask = ask_of(action, verb, link);
  std::string bytes = bytes_of(ask, names_);
  note(fmt::format("connection {} asks:\n{}", link.id, bytes));
  // A line counts before the chunk around it ends.
  std::size_t end = bytes.size() - (verb == Verb::kAnnounce ? 2 : 0);
  if (auto away = turned_away(ask, bytes)) {
    ask.turned_away = away->code;
    end = away->at;
  }
  link.send(ask, bytes, end);
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
      link->may_skip |= link->slow;
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
    case Event::kStop:
      return stop_daemon();
    case Event::kPowerCut:
      return end_life(End::kPowerCut, false);
    case Event::kSleep:
      return end_life(End::kKilled, false, 25h);
    case Event::kStall:
      // It takes its time for the work of the daemon.
      for (auto& [id, each] : links_) {
        if (each->listens) each->listens->excuse();
      }
      machine_.pass(pick(kPasses, number));
      return iterate();
    case Event::kFailWrite:
      disk_.fail(test::FaultyDisk::Fault::kWrite, 1 + number % 12);
      return;
    case Event::kFailSync:
      disk_.fail(sync_fault_, 1 + number % 3);
      return;
    case Event::kFill: {
      if (!deep_) return;
      const std::uint32_t most = rare(number, 6) ? 5000 : 1500;
      fill(pick(kQueues, number), static_cast<int>(action.numbers[1] % most));
      return iterate();
    }
    case Event::kIdle:
      return leave_idle();
  }
}

void World::stop_daemon() {
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
      daemon_->listeners() != 0 ||
      daemon_->fifos().parked() + daemon_->queues().parked() != 0) {
    throw Broken{fmt::format(
        "after all have left, {} connections, {} bytes and {} callers stay",
        daemon_->connections(), daemon_->in_flight().used(),
        daemon_->fifos().parked() + daemon_->queues().parked())};
  }
}

}  // namespace syncq::sim
