// What happens by itself: parked callers, leases and delays that end, times
// to live, and the clearing away of old bins and keys.

#include <algorithm>

#include "daemon/queue/queue_engine.h"

namespace syncq {
namespace {

// How much of each kind one tick does: the rest is due again at once, after
// the callers that came meanwhile.
constexpr int kMostPerTick = 256;
// Fewer of these, which lie all over their index, and are in no hurry.
constexpr int kMostKeysPerTick = 64;

}  // namespace

void QueueEngine::park(const Queue& queue, const Take& take, CallerId caller,
                       Instant now) {
  Parked parked{queue.uuid, take, std::nullopt};
  if (*take.wait != Duration::zero()) {
    parked.limit = now + *take.wait;
    limits_.emplace(*parked.limit, caller);
  }
  lines_[queue.uuid].push_back(caller);
  parked_.emplace(caller, parked);
}

// Its place in the line stays behind, and is passed over there.
void QueueEngine::unpark(CallerId caller) {
  auto found = parked_.find(caller);
  if (found == parked_.end()) return;
  if (found->second.limit) limits_.erase({*found->second.limit, caller});
  auto line = lines_.find(found->second.queue);
  if (line != lines_.end()) {
    auto& callers = line->second;
    auto place = std::find(callers.begin(), callers.end(), caller);
    if (place != callers.end()) callers.erase(place);
    if (callers.empty()) lines_.erase(line);
  }
  parked_.erase(found);
}

void QueueEngine::caller_gone(CallerId caller) { unpark(caller); }

void QueueEngine::serve(const Uuid& queue, Instant now) {
  while (true) {
    auto line = lines_.find(queue);
    if (line == lines_.end()) return;
    if (!callers_.has_room()) {
      awake_.insert(queue);
      return;
    }
    CallerId caller = line->second.front();
    // One that has left never takes a message.
    if (!callers_.alive(caller)) {
      unpark(caller);
      continue;
    }
    Result<Found> found = find(queue.text());
    if (!found) return;
    auto message = take_now(*found, parked_.at(caller).take, now);
    if (!message) return;
    unpark(caller);
    callers_.notify(caller, std::move(*message));
  }
}

void QueueEngine::refuse_parked(const Queue& queue, const Refusal& why) {
  auto line = lines_.find(queue.uuid);
  if (line == lines_.end()) return;
  for (CallerId caller : std::deque<CallerId>(line->second)) {
    unpark(caller);
    callers_.notify(caller, Ended{why});
  }
}

void QueueEngine::due_calls(Instant now) {
  const Refusal why{ErrorCode::kEmpty,
                    "no message came within the time to wait: try again, or "
                    "wait longer"};
  while (!limits_.empty() && limits_.begin()->first <= now) {
    CallerId caller = limits_.begin()->second;
    unpark(caller);
    callers_.notify(caller, Ended{why});
  }
}

void QueueEngine::due_hidden(QueueShelf& shelf, Instant now, WallMillis wall) {
  Nack lease_ended;
  lease_ended.reason = "its lease ended";
  for (int i = 0; i < kMostPerTick; ++i) {
    std::optional<Hidden> hidden = shelf.store().due_hidden(now);
    if (!hidden) return;
    Queue* queue = shelf.find(hidden->queue);
    if (queue == nullptr || queue->bin != hidden->bin) {
      // Its bin is being cleared away.
      shelf.store().delete_hidden(hidden->bin, hidden->message.place);
      continue;
    }
    // Refused is only what a caller asked for.
    (void)give_back({&shelf, queue}, std::move(*hidden), lease_ended, now,
                    wall);
  }
}

void QueueEngine::due_expired(QueueShelf& shelf, Instant now) {
  for (int i = 0; i < kMostPerTick; ++i) {
    auto expired = shelf.store().due_expired(now);
    if (!expired) return;
    Queue* queue = shelf.find_of_bin(expired->bin);
    if (queue != nullptr) {
      shelf.drop(*queue, expired->place);
    } else {
      shelf.store().delete_message(expired->bin, expired->place);
    }
  }
}

// Not the very one that was added, whatever the other shelf has.
void QueueEngine::forget_one_key(QueueShelf& added_to) {
  QueueShelf& other = &added_to == &durable_ ? ephemeral_ : durable_;
  for (QueueShelf* shelf : {&other, &added_to}) {
    int forgotten = shelf->store().forget_oldest_keys(1);
    keys_ -= forgotten;
    if (forgotten > 0) return;
  }
}

void QueueEngine::tick(Instant now, WallMillis wall) {
  due_calls(now);
  bool due = !nearest_known_ || (nearest_ && *nearest_ <= now);
  if (due) {
    for (QueueShelf* shelf : {&durable_, &ephemeral_}) {
      due_hidden(*shelf, now, wall);
      due_expired(*shelf, now);
      keys_ -= shelf->store().forget_keys(now, kMostKeysPerTick);
    }
  }
  for (const Uuid& queue : std::exchange(awake_, {})) serve(queue, now);
  durable_.flush();
  ephemeral_.flush();
  if (purging_) {
    bool durable = durable_.store().purge_some(kMostPerTick);
    bool ephemeral = ephemeral_.store().purge_some(kMostPerTick);
    purging_ = durable || ephemeral;
  }
  if (due) {
    nearest_ = durable_.store().next_deadline();
    auto other = ephemeral_.store().next_deadline();
    if (other) deadline_set(*other);
    nearest_known_ = true;
  }
}

std::optional<Instant> QueueEngine::next_deadline() {
  // What waits for room is served when something was sent.
  bool can_serve = !awake_.empty() && callers_.has_room();
  if (!nearest_known_ || purging_ || can_serve) return Instant();
  std::optional<Instant> next = nearest_;
  if (!limits_.empty() && (!next || limits_.begin()->first < *next)) {
    next = limits_.begin()->first;
  }
  return next;
}

void QueueEngine::committed() {
  durable_.forget();
  ephemeral_.forget();
  keys_kept_ = keys_;
}

void QueueEngine::rolled_back() {
  keys_ = keys_kept_;
  committed();
  nearest_known_ = false;
  purging_ = true;
  // Whoever was served in the lost turn got its error; the others may find
  // the messages again.
  for (const auto& [queue, callers] : lines_) awake_.insert(queue);
}

void QueueEngine::dismiss_callers(const Refusal& why) {
  std::vector<CallerId> callers;
  for (const auto& [caller, parked] : parked_) callers.push_back(caller);
  std::sort(callers.begin(), callers.end());
  for (CallerId caller : callers) {
    unpark(caller);
    callers_.notify(caller, Ended{why});
  }
}

}  // namespace syncq
