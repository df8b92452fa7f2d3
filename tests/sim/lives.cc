// Lives of the daemon: how one ends, and what the next finds.

#include <fmt/format.h>

#include <utility>

#include "daemon/store/store_rules.h"
#include "tests/sim/world.h"

namespace syncq::sim {

// A checkpoint each few transactions: else a run had none.
constexpr int kCheckpointPages = 40;

// Opens the store; whoever calls decides what must be in it.
void World::begin(bool rebooted) {
  daemon_ = std::make_unique<Daemon>(
      std::string(test::FaultyDisk::kFaulty) + "syncq.db", machine_, rebooted,
      witness());
  daemon_->database().set_checkpoint(kCheckpointPages);
  look_ = std::make_unique<Look>(daemon_->database());
  syncs_ = daemon_->database().syncs();
}

// Of what was not synced nothing, or any sectors.
test::Files World::left_by_power_cut() {
  unsigned number = ++power_cuts_;
  return number % 2 == 0 ? disk_.after_power_loss()
                         : disk_.after_power_loss(number);
}

void World::end_life(End how, bool unknown, Duration down) {
  // What may be found. After a failed sync the last transaction, or not.
  std::vector<Stored> candidates = unsynced_;
  if (how != End::kPowerCut) candidates = {model_.committed()};
  if (unknown) candidates.push_back(model_.stored());
  disk_.fail(test::FaultyDisk::Fault::kWrite, 0);
  look_.reset();
  links_.clear();
  scheduled_.clear();
  ended_.clear();
  told_.clear();
  undone_ = false;
  views_.clear();
  for (Client& each : clients_) each.link = 0;
  daemon_.reset();
  machine_.processes.watched.clear();
  if (how == End::kPowerCut) {
    disk_.put(test::FaultyDisk::kFaulty, left_by_power_cut());
    machine_.reboot();
    for (Client& each : clients_) each.pid = 0;
  }
  machine_.pass(down);
  begin(how == End::kPowerCut);
  follow(candidates);
}

// Turns that were given though nobody was told: a later caller may be.
void World::note_turns(const Stored& stored) {
  for (const ModelTicket& ticket : stored.tickets) {
    if (ticket.state != TicketState::kAccepted) continue;
    for (const ModelFifo& fifo : stored.fifos) {
      if (fifo.id != ticket.fifo) continue;
      std::string name = fifo.name.empty() ? reference(fifo.id) : fifo.name;
      fences_[name].emplace(ticket.fence, ticket.id);
    }
  }
}

void World::follow(const std::vector<Stored>& candidates) {
  for (const Breach& each : find_breaches(daemon_->database())) {
    throw Broken{fmt::format("the store has {} ({})", each.what, each.rows)};
  }
  std::string found;
  for (const Stored& each : candidates) {
    found = look_->difference(each, names_);
    if (!found.empty()) continue;
    note("the daemon starts");
    names_.forget_rows();
    look_->learn(each, names_);
    model_.restart(each);
    daemon_->recover();
    model_.recover(daemon_->now(), daemon_->same_boot());
    unsynced_ = {model_.committed()};
    syncs_ = daemon_->database().syncs();
    wrote_ = true;
    note_turns(each);
    return;
  }
  throw Broken{
      fmt::format("what was promised is not what the next daemon "
                  "finds; compared with the last of {}: {}",
                  candidates.size(), found)};
}

}  // namespace syncq::sim
