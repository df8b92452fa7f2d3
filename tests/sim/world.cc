#include "tests/sim/world.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace syncq::sim {

World::World(std::uint64_t seed)
    : machine_(seed ^ 0x5eed),
      sync_fault_(seed % 2 == 1 ? test::FaultyDisk::Fault::kDrop
                                : test::FaultyDisk::Fault::kSync),
      power_cuts_(static_cast<unsigned>(seed)),
      deep_(seed % 8 == 5),
      strangers_(std::array{0u, 0u, 20u, 4u}[seed % 4]),
      groups_(std::array{0u, 1u, 2u}[seed / 2 % 3]),
      limits_(std::array{0u, 1u, 3u}[seed / 4 % 3]),
      terms_(std::array{0u, 2u, 4u}[seed % 3]),
      preempts_(std::array{0u, 2u, 6u}[seed / 2 % 3]),
      several_(std::array{0u, 1u, 3u}[seed / 3 % 3]),
      model_(surroundings()) {
  begin(false);
  follow({Stored{}});
}

World::~World() {
  look_.reset();
  daemon_.reset();
}

// FNV-1a.
void World::note(const std::string& text) {
  for (char c : text) {
    hash_ = (hash_ ^ static_cast<unsigned char>(c)) * 1099511628211u;
  }
  if (tells_ && !text.empty()) story_ += text + "\n";
}

Link* World::link(ConnectionId id) {
  auto found = links_.find(id);
  return found == links_.end() ? nullptr : found->second.get();
}

Surroundings World::surroundings() {
  Surroundings around;
  around.alive = [this](ConnectionId caller) {
    Link* found = link(caller);
    return found != nullptr && !found->wire.client_left();
  };
  around.stopped = [this](ConnectionId caller) {
    Link* found = link(caller);
    return found != nullptr && machine_.processes.stopped.contains(found->pid);
  };
  around.look = [this](const Process& process) {
    return machine_.processes.look(process);
  };
  around.pid_of = [this](ConnectionId caller) {
    Link* found = link(caller);
    return found == nullptr ? 0 : found->pid;
  };
  around.process = [](pid_t pid) {
    return find_process(pid).value_or(Process{});
  };
  around.parent_of = [](pid_t pid) { return parent_of(pid).value_or(0); };
  around.say = [this](ConnectionId caller, Expected expected) {
    if (Link* found = link(caller)) found->say(std::move(expected));
  };
  return around;
}

Witness World::witness() {
  Witness seen;
  seen.caller_gone = [this](ConnectionId caller, Parting parting) {
    Link& gone = *link(caller);
    // A live client is left only if its answers were undone.
    if (!gone.wire.client_left() && !gone.closing) {
      throw Broken{
          fmt::format("the daemon gave up connection {}, which lives", caller)};
    }
    gone.dropped();
    model_.caller_gone(caller, gone.pid == 0, parting == Parting::kLost,
                       daemon_->now() + Daemon::kRemoteTimeout);
  };
  seen.scheduled = [this](ConnectionId caller) {
    scheduled_.push_back(caller);
  };
  seen.process_ended = [this](std::int64_t seq) {
    model_.process_ended(names_.ticket_in_row(seq));
  };
  seen.committed = [this] {
    wrote_ = true;
    model_.commit();
  };
  seen.aborted = [this] {
    model_.abort();
    for (auto& [id, each] : links_) each->aborted();
    forget_told();
  };
  seen.ticking = [this] {
    model_.tick(daemon_->now());
    see();
  };
  seen.ended_stream = [this](ConnectionId caller) {
    if (model_.end_listener(caller, daemon_->now())) return;
    throw Broken{fmt::format("the stream of connection {} ends early", caller)};
  };
  seen.told = [this](ConnectionId caller, const std::string& line) {
    told_.emplace_back(caller, line.substr(0, line.size() - 1));
  };
  seen.dismissed = [this] { model_.dismiss(); };
  return seen;
}

Link* World::current(std::size_t who) { return link(clients_[who].link); }

Link& World::connected(std::size_t who) {
  Client& client = clients_[who];
  Link* there = link(client.link);
  if (there != nullptr && !there->wire.client_left() && !there->closing) {
    return *there;
  }
  bool local = who < kLocal;
  if (local && !machine_.processes.running.contains(client.pid)) {
    client.pid = machine_.spawn(1).pid;
  }
  Wire* wire = nullptr;
  client.link = daemon_->connect(client.pid, wire);
  links_[client.link] =
      std::make_unique<Link>(client.link, *wire, local ? client.pid : 0);
  return *links_[client.link];
}

// --- an iteration -----------------------------------------------------------

// Whether some who wait may stand behind it.
bool World::passes_others(const Ask& ask) const {
  if (ask.verb == Verb::kFront || ask.preempt || !ask.inside.empty()) {
    return true;
  }
  if (ask.verb != Verb::kTicket && ask.verb != Verb::kHold) return false;
  const auto& tickets = model_.stored().tickets;
  return std::any_of(tickets.begin(), tickets.end(), [&](const auto& each) {
    return each.state == TicketState::kWaiting && each.rank > -ask.priority;
  });
}

void World::pump(Link& link) {
  while (std::optional<Ask> ask = link.next()) {
    if (ask->turned_away) {
      link.say(refusal_of(*ask->turned_away));
      link.closing = true;
      continue;
    }
    if (passes_others(*ask)) {
      for (auto& [id, each] : links_) ++each->falls;
    }
    bool waits = model_.ask(*ask, link.id, daemon_->now());
    // It answers on the stream of the hold, which goes on.
    if (ask->verb == Verb::kAnnounce) continue;
    link.waiting = waits;
    link.listens.reset();
    if (waits && ask->verb == Verb::kEvents) link.listens.emplace(ask->wanted);
    link.stream = waits && ask->streams;
    // Refused before its body has ended.
    if (ask->streams && !waits) link.closing = true;
  }
}

// The daemon reads: first what it has already, then what comes.
void World::take_in() {
  std::vector<ConnectionId> scheduled = std::exchange(scheduled_, {});
  daemon_->resume();
  for (ConnectionId id : scheduled) {
    if (Link* found = link(id)) pump(*found);
  }
  for (std::int64_t ticket : std::exchange(ended_, {})) {
    daemon_->process_ended(ticket);
  }
  std::vector<Link*> in_order;
  for (auto& [id, each] : links_) in_order.push_back(each.get());
  if (in_order.empty()) return;
  std::rotate(
      in_order.begin(),
      in_order.begin() + static_cast<std::ptrdiff_t>(first_ % in_order.size()),
      in_order.end());
  for (Link* each : in_order) {
    if (!each->slow) each->wire.drain();
    if (each->lag > 0) {
      --each->lag;
      continue;
    }
    std::size_t bytes = each->wire.deliver(piece_);
    each->arrived(bytes);
    // Requests behind one that was just answered wait for the next iteration.
    if (bytes > 0) pump(*each);
  }
  piece_ = kWhole;
}

void World::iterate(int rounds) {
  for (; rounds > 0; --rounds) take_in();
  after(daemon_->end_iteration());
}

void World::after(Outcome outcome) {
  if (outcome == Outcome::kUnknown) {
    note("a sync has failed");
    return end_life(End::kKilled, true);
  }
  Turns turns;
  for (auto& [id, each] : links_) each->committed(turns);
  for (const auto& [fence, each] : turns) granted(each);
  if (outcome == Outcome::kAborted) note("the transaction is undone");
  if (wrote_) unsynced_.push_back(model_.committed());
  if (std::exchange(syncs_, daemon_->database().syncs()) !=
      daemon_->database().syncs()) {
    unsynced_.erase(unsynced_.begin(), std::prev(unsynced_.end()));
  }
  check();
  check_feed();
  read_all();
  for (auto& [id, each] : links_) {
    bool reads = !each->wire.client_left();
    std::map<std::string, int> places;
    if (reads) places = model_.places_of(id);
    each->check_places(places, names_, daemon_->ticked_at());
  }
  daemon_->finish_closing();
  std::erase_if(links_, [](const auto& each) {
    return each.second->wire.daemon_closed();
  });
}

void World::read_all() {
  for (auto& [id, each] : links_) {
    if (each->slow && !each->wire.client_closed()) continue;
    std::string trace;
    each->read(names_, trace);
    if (!trace.empty()) note(fmt::format("connection {} gets:\n{}", id, trace));
    // What a slow one is still written when the daemon ends is not waited for.
    bool due = each->closing && !each->expects() && !each->waiting;
    if (due && !stopping_ && !each->wire.daemon_left() &&
        !each->wire.client_left()) {
      throw Broken{fmt::format("connection {} should be closed", id)};
    }
    if (!each->wire.daemon_left() || each->wire.client_closed()) continue;
    if (each->expects()) {
      throw Broken{
          fmt::format("connection {} was closed before an answer", id)};
    }
    if (!each->closing && !each->wire.client_left() && !stopping_) {
      throw Broken{fmt::format("connection {} was closed for no reason", id)};
    }
    each->wire.close();
  }
}

// Each fence is above all that were promised before, through everything; only
// the same turn may be told again.
void World::granted(const Expected& grant) {
  auto& seen = fences_[grant.granted_in];
  std::int64_t fence = grant.json["fence"].get<std::int64_t>();
  auto same = seen.find(fence);
  bool again = same != seen.end() && same->second == grant.granted;
  bool above = seen.empty() || fence > seen.rbegin()->first;
  if (!again && !above) {
    throw Broken{fmt::format("the fence {} of FIFO {} comes after {}", fence,
                             grant.granted_in, seen.rbegin()->first)};
  }
  seen[fence] = grant.granted;
}

// --- what must hold after each ----------------------------------------------

void World::check() {
  // What the last transaction of a daemon that stops came to, the next one's
  // start shows.
  if (wrote_ && !stopping_) {
    std::string found = look_->difference(model_.stored(), names_);
    if (found.empty()) {
      found =
          ephemeral_difference(daemon_->ephemeral(), model_.stored(), names_);
    }
    if (!found.empty()) throw Broken{found};
    look_->learn(model_.stored(), names_);
    wrote_ = false;
  }
  check_exclusion();
  check_signals();
  check_several();
  std::size_t fifo_callers = daemon_->fifos().parked();
  std::size_t takers = daemon_->queues().parked();
  if (fifo_callers != model_.parked_fifo() || takers != model_.parked_queue()) {
    throw Broken{fmt::format(
        "{} callers of FIFOs and {} of queues are parked, "
        "not {} and {}",
        fifo_callers, takers, model_.parked_fifo(), model_.parked_queue())};
  }
  for (auto& [id, each] : links_) {
    if (each->waiting && each->wire.end_delivered()) {
      throw Broken{fmt::format("connection {} still waits, and is gone", id)};
    }
  }
  if (stopping_) return;
  for (auto& [id, each] : links_) {
    auto next = std::find(scheduled_.begin(), scheduled_.end(), id);
    if (each->can_go_on() && next == scheduled_.end()) {
      throw Broken{fmt::format("a request of connection {} is forgotten", id)};
    }
  }
  if (auto ticket = model_.turn_without_end()) {
    throw Broken{fmt::format("nothing will end the turn of ticket {}",
                             names_.of(*ticket))};
  }
  auto later = [](std::optional<Instant> claimed, std::optional<Instant> due) {
    return due && (!claimed || *claimed > *due);
  };
  if (later(daemon_->fifos().next_deadline(), model_.next_fifo())) {
    throw Broken{"the FIFO engine's next deadline is later than what is due"};
  }
  if (later(daemon_->queues().next_deadline(), model_.next_queue())) {
    throw Broken{"the queue engine's next deadline is later than what is due"};
  }
}

// --- time -------------------------------------------------------------------

// The daemon wakes whenever it said that something is due.
void World::pass(Duration time) {
  Duration until = machine_.monotonic + time;
  int wakes = 0;
  int at_once = 0;  // what was a long queue is cleared away in slices
  // An overview for each is made in slices, too.
  constexpr int kStepsToTell = 6;
  const auto listeners = static_cast<int>(daemon_->listeners());
  while (++wakes < 100) {
    auto due = daemon_->wait();
    Duration wait = until - machine_.monotonic;
    if (due) wait = std::min(wait, *due);
    if (wait > Duration()) {
      at_once = 0;
    } else if (++at_once > (deep_ ? 90 : 20) + kStepsToTell * listeners) {
      throw Broken{"the daemon wakes again and again for nothing"};
    }
    machine_.pass(wait);
    iterate();
    if (machine_.monotonic >= until) return;
  }
}

}  // namespace syncq::sim
