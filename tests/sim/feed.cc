// Those who listen to events: each overview is what there was, and comes in
// time.

#include "tests/sim/feed.h"

#include <fmt/format.h>

#include <utility>

#include "daemon/overview/event_feed.h"
#include "tests/sim/world.h"

namespace syncq::sim {
namespace {

// In use, all others, and queues: each is a step of one iteration, the first
// for so many FIFOs a time.
constexpr std::size_t kSteps = 3;
constexpr std::size_t kInUseAStep = 10;
// No more than it could need.
constexpr std::size_t kMostViews = 20;
// One that is read in this iteration, and one that is on its way.
constexpr std::size_t kMostUnread = 1;

}  // namespace

void Listening::told(Told overview) {
  last_ = std::move(overview);
  excused_ = false;
}

// One change may come after its part of an overview was made, so the next one
// has it.
std::string Listening::staleness(const View& now_there, const Names& names,
                                 Instant now) {
  constexpr Duration kMost = 2 * kEventsApart;
  std::string fault = "nothing so far";
  if (last_) fault = last_->fault({&now_there, 1}, wanted_, names);
  if (fault.empty() || excused_) {
    stale_since_.reset();
    return "";
  }
  if (!stale_since_) stale_since_ = now;
  return now - *stale_since_ > kMost ? fault : "";
}

void World::see() {
  if (model_.listeners() == 0) return views_.clear();
  views_.emplace_back(model_.stored());
  if (views_.size() > kMostViews) views_.erase(views_.begin());
}

// What was told in a transaction that is undone never was, and the daemon may
// wait before it tells anything again.
void World::forget_told() {
  told_.clear();
  undone_ = true;
  for (auto& [id, each] : links_) {
    if (each->listens) each->listens->excuse();
  }
}

void World::check_feed() {
  auto told = std::exchange(told_, {});
  bool undone = std::exchange(undone_, false);
  if (!undone && model_.listens_too_long(daemon_->ticked_at())) {
    throw Broken{"a stream of events should have ended"};
  }
  for (const auto& [id, line] : told) {
    Link* there = link(id);
    if (there == nullptr || !there->listens) continue;
    const Wanted& wanted = there->listens->wanted();
    std::size_t steps = 1;
    if (wanted.only.empty()) {
      const Stored& stored = model_.stored();
      steps = kSteps +
              (stored.fifos.size() + stored.destroyed.size()) / kInUseAStep;
    }
    steps = std::min(steps, views_.size());
    Told overview(nlohmann::json::parse(line));
    std::string fault = overview.fault(
        {views_.end() - static_cast<std::ptrdiff_t>(steps), views_.end()},
        wanted, names_);
    if (!fault.empty()) {
      throw Broken{fmt::format("connection {} is told of what never was: {}",
                               id, fault)};
    }
    if (there->may_skip && there->overviews.size() > kMostUnread) {
      there->overviews.pop_front();
    } else if (there->overviews.size() > kMostUnread) {
      throw Broken{fmt::format("{} overviews pile up for connection {}",
                               there->overviews.size(), id)};
    }
    there->overviews.push_back(line);
    there->listens->told(std::move(overview));
  }
  if (daemon_->listeners() != model_.listeners()) {
    throw Broken{fmt::format("{} listen, not {}", daemon_->listeners(),
                             model_.listeners())};
  }
  if (stopping_ || model_.listeners() == 0) return;
  const View now_there(model_.stored());
  for (auto& [id, each] : links_) {
    if (!each->listens || !each->waiting || each->wire.client_left()) continue;
    if (each->slow) each->listens->wait();
    std::string fault =
        each->listens->staleness(now_there, names_, daemon_->ticked_at());
    if (fault.empty()) continue;
    throw Broken{fmt::format("connection {} is told too late: {}", id, fault)};
  }
}

// An idle daemon ends if it has nothing to keep, and nothing is lost by it.
void World::leave_idle() {
  for (auto& [id, each] : links_) {
    each->wire.close();
    each->lag = 0;
    each->slow = false;
  }
  for (int i = 0; i < 3; ++i) pass(std::chrono::seconds(1));
  if (daemon_->connections() > 0) return;
  bool keeps = model_.keeps_anything();
  if (daemon_->has_work() != keeps) {
    throw Broken{keeps ? "an idle daemon would end and lose something"
                       : "an idle daemon stays for nothing"};
  }
  if (!keeps) stop_daemon();
}

}  // namespace syncq::sim
