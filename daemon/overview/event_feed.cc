#include "daemon/overview/event_feed.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "daemon/http/json_text.h"

namespace syncq {
namespace {

// An overview that took many iterations is made again after so many times as
// long: the daemon has other work to do.
constexpr int kShare = 20;

// After one whose transaction has failed; twice as long after each more.
constexpr Duration kFirstPause = std::chrono::seconds(1);

}  // namespace

Result<> EventFeed::add(ConnectionId caller, const OverviewWanted& wanted,
                        std::optional<Instant> until) {
  if (listeners_.size() >= kMostListeners) {
    return Refusal{ErrorCode::kTooManyCallers,
                   fmt::format("{} listen already, the most that may: come "
                               "again later, or ask for GET /overview",
                               kMostListeners)};
  }
  Listener listener;
  listener.wanted = wanted;
  listener.until = until;
  listeners_.emplace(caller, std::move(listener));
  return Nothing{};
}

void EventFeed::caller_gone(ConnectionId caller) {
  listeners_.erase(caller);
  if (making_ && making_->caller == caller) making_.reset();
}

// What is made may be what failed, such as a page that can't be read: others'
// transactions must not fail with it again and again.
void EventFeed::rolled_back() {
  if (making_) {
    Listener& listener = listeners_.at(making_->caller);
    Duration pause = kFirstPause * (1 << std::min(listener.failures++, 6));
    listener.not_before = making_->begun + pause;
  }
  making_.reset();
  for (auto& [caller, listener] : listeners_) listener.is_told = false;
}

Instant EventFeed::due(const Listener& listener) const {
  if (!listener.is_told || listener.seen != changes_) {
    return listener.not_before;
  }
  Instant due = listener.sent + kMostSilence;
  if (listener.has_rates) due = std::min(due, listener.begun + kRatesApart);
  return std::max(due, listener.not_before);
}

std::optional<Instant> EventFeed::next_due() const {
  // At once.
  if (making_) return Instant();
  std::optional<Instant> next;
  for (const auto& [caller, listener] : listeners_) {
    next = sooner(next, sooner(due(listener), listener.until));
  }
  return next;
}

void EventFeed::tick(Instant now) {
  if (listeners_.empty()) return;
  end_those_over(now);
  if (!making_) begin_next(now);
  if (!making_ || making_->overview.step(now)) return;
  Making made = std::move(*making_);
  making_.reset();
  finish(listeners_.at(made.caller), made, now);
}

void EventFeed::end_those_over(Instant now) {
  std::vector<ConnectionId> over;
  for (const auto& [caller, listener] : listeners_) {
    if (listener.until && *listener.until <= now) over.push_back(caller);
  }
  for (ConnectionId caller : over) {
    caller_gone(caller);
    notifier_.notify(caller, News{.is_last = true});
  }
}

// The one that has been due for longest. Those that can't take it now are
// looked at again later.
void EventFeed::begin_next(Instant now) {
  std::pair<const ConnectionId, Listener>* next = nullptr;
  for (auto& each : listeners_) {
    Listener& listener = each.second;
    Instant when = due(listener);
    if (when > now) continue;
    if (!notifier_.keeps_up(each.first) || !notifier_.has_room()) {
      listener.not_before = now + kEventsApart;
    } else if (next == nullptr || when < due(next->second)) {
      next = &each;
    }
  }
  if (next == nullptr) return;
  rates_.forget_unseen(now);
  making_.emplace(Making{next->first,
                         Overview(fifos_, queues_, rates_, next->second.wanted),
                         now, changes_});
}

void EventFeed::dismiss_callers(const Refusal& why) {
  making_.reset();
  for (const auto& [caller, listener] : std::exchange(listeners_, {})) {
    notifier_.notify(caller, Ended{why});
  }
}

void EventFeed::finish(Listener& listener, const Making& made, Instant now) {
  const Overview& overview = made.overview;
  bool is_new = !listener.is_told ||
                overview.fingerprint() != listener.fingerprint ||
                now >= listener.sent + kMostSilence;
  listener.failures = 0;
  listener.seen = made.seen;
  listener.begun = made.begun;
  listener.not_before =
      made.begun + std::max(kEventsApart, kShare * (now - made.begun));
  listener.fingerprint = overview.fingerprint();
  listener.has_rates = overview.has_rates();
  if (!is_new) return;
  listener.is_told = true;
  listener.sent = now;
  JsonObject event;
  event.add("event", "overview");
  overview.add_to(event);
  notifier_.notify(made.caller, News{event.line()});
}

}  // namespace syncq
