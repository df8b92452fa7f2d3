#include "tests/unit/store/small_daemon.h"

#include <algorithm>
#include <utility>

#include "daemon/store/schema.h"
#include "daemon/store/store_rules.h"

namespace syncq::test {
namespace {

// What a promise can be made of; a place in line is only news.
std::string describe(ConnectionId caller, const Notice& notice) {
  std::string who = " #" + std::to_string(caller);
  if (const auto* granted = std::get_if<Granted>(&notice)) {
    return who + " has slot " + std::to_string(granted->slot) + ", fence " +
           std::to_string(granted->fence);
  }
  if (const auto* ended = std::get_if<Ended>(&notice)) {
    return who + " " + std::string(error_name(ended->why.code));
  }
  if (const auto* message = std::get_if<Delivered>(&notice)) {
    return who + " gets " + message->body;
  }
  return "";
}

}  // namespace

SmallDaemon::SmallDaemon(const std::string& path, Surroundings& around,
                         bool same_boot)
    : around_(around),
      database_(open_store(path)),
      meta_(*database_),
      fifo_store_(*database_),
      queue_store_(*database_),
      fifos_(fifo_store_, around.callers, around.processes, events_),
      queues_(queue_store_, ephemeral_, around.callers, queue_events_),
      commit_(
          {database_.get(), &ephemeral_},
          [this] {
            recovered_ = true;
            fifos_.committed();
            queues_.committed();
          },
          [this](const StoreError&) {
            fifos_.rolled_back();
            queues_.rolled_back();
            recovery_undone_ = !recovered_;
          }) {
  // No connection outlives a daemon.
  around_.waits.clear();
  around_.processes.watched.clear();
  // A checkpoint every few transactions.
  database_->set_checkpoint(24);
  if (!mend_breaches(*database_, now()).empty()) {
    throw std::logic_error("the store was not left whole");
  }
  fifos_.recover(now(), same_boot);
  queues_.recover(now());
  if (same_boot) return;
  database_->commit();
  database_->sync();
  recovered_ = true;
}

// As Server does.
void SmallDaemon::recover_again() {
  if (!std::exchange(recovery_undone_, false)) return;
  fifos_.recover(now(), true);
  queues_.recover(now());
}

// As clients do that got the error of an aborted transaction.
Result<> SmallDaemon::ask_again() {
  return commit_.attempt([this] {
    for (ConnectionId caller : disappointed_) {
      fifos_.caller_gone(caller);
      queues_.caller_gone(caller);
      auto waits = around_.waits.find(caller);
      if (waits != around_.waits.end()) waits->second(*this);
    }
  });
}

SmallDaemon::Turn SmallDaemon::turn(const Step& step) {
  std::vector<std::pair<ConnectionId, Notice>>& told = around_.callers.notices;
  told.clear();
  events_.clear();
  queue_events_.clear();
  if (step.promise) commit_.promise();
  around_.waits.erase(step.waits);
  std::string said;
  Result<> done = commit_.attempt([this] { recover_again(); });
  if (done) done = ask_again();
  if (done) done = commit_.attempt([&] { said = step.ask(*this); });
  if (done) {
    done = commit_.attempt([&] {
      fifos_.tick(now(), 0);
      queues_.tick(now(), 0);
      if (database_->dirty()) meta_.set(kTimelineLast, ++beats_);
    });
  }
  Outcome outcome = commit_.finish();
  if (!done && outcome == Outcome::kCommitted) outcome = Outcome::kAborted;
  if (outcome == Outcome::kAborted) {
    for (const auto& [caller, notice] : told) disappointed_.insert(caller);
    if (step.waits != 0) disappointed_.insert(step.waits);
    return {outcome, ""};
  }
  disappointed_.clear();
  for (const auto& [caller, notice] : told) said += describe(caller, notice);
  if (step.waits != 0) around_.waits[step.waits] = step.ask;
  return {outcome, said};
}

SmallDaemon::Turn SmallDaemon::heartbeat() {
  Step beat;
  beat.promise = false;
  beat.ask = [](SmallDaemon& daemon) {
    daemon.meta_.set(kTimelineLast, ++daemon.beats_);
    return "";
  };
  return turn(beat);
}

}  // namespace syncq::test
