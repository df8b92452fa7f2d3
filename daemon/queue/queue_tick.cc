// Parked callers, timers of leases, delays and times to live, and the clearing
// away of old generations and keys.

#include <algorithm>
#include <cassert>

#include "daemon/queue/queue_engine.h"

namespace syncq {
namespace {

// How much of each kind one tick does: the rest is due again at once, after the
// callers that came since.
constexpr int kMostPerTick = 256;
// Fewer of these, which lie all over their index, and are in no hurry.
constexpr int kMostKeysPerTick = 64;

}  // namespace

void QueueEngine::park(const Queue& queue, const Take& take,
                       ConnectionId caller, Instant now) {
  Call call{queue.uuid, take, std::nullopt};
  if (*take.wait != Duration::zero()) call.limit = now + *take.wait;
  waiters_[queue.uuid].push_back(caller);
  parked_.add(caller, call);
}

void QueueEngine::unpark(ConnectionId caller) {
  std::optional<Call> call = parked_.remove(caller);
  if (!call) return;
  auto line = waiters_.find(call->queue);
  assert(line != waiters_.end());
  std::erase(line->second, caller);
  if (line->second.empty()) waiters_.erase(line);
}

void QueueEngine::caller_gone(ConnectionId caller) { unpark(caller); }

void QueueEngine::serve(const Uuid& queue, Instant now) {
  while (true) {
    auto line = waiters_.find(queue);
    if (line == waiters_.end()) return;
    if (!notifier_.has_room()) {
      ready_queues_.insert(queue);
      return;
    }
    ConnectionId caller = line->second.front();
    // One that has left never takes a message.
    if (!notifier_.alive(caller)) {
      unpark(caller);
      continue;
    }
    Result<Found> found = find(queue.text());
    // It was made in a transaction that was aborted.
    if (!found) {
      return refuse_parked(
          queue, {ErrorCode::kStoreFailed,
                  "the store failed before the queue was there: ask again"});
    }
    auto given = notice_now(*found, parked_.find(caller)->take, now);
    if (!given) return;
    unpark(caller);
    notifier_.notify(caller, *given);
  }
}

void QueueEngine::refuse_parked(const Uuid& queue, const Refusal& why) {
  auto line = waiters_.find(queue);
  if (line == waiters_.end()) return;
  for (ConnectionId caller : std::deque<ConnectionId>(line->second)) {
    unpark(caller);
    notifier_.notify(caller, Ended{why});
  }
}

void QueueEngine::due_calls(Instant now) {
  while (std::optional<ConnectionId> caller = parked_.take_due(now)) {
    unpark(*caller);
    notifier_.notify(*caller,
                     Ended{{ErrorCode::kEmpty,
                            "no message came within the time to wait: try "
                            "again, or wait longer"}});
  }
}

void QueueEngine::due_unavailable(QueueRowCache& cache, Instant now,
                                  WallMillis wall) {
  Nack lease_ended;
  lease_ended.reason = "its lease ended";
  for (int i = 0; i < kMostPerTick; ++i) {
    std::optional<Unavailable> unavailable = cache.store().due_unavailable(now);
    if (!unavailable) return;
    Queue* queue = cache.find(unavailable->queue);
    if (queue == nullptr || queue->generation != unavailable->generation) {
      // Its generation is being cleared away.
      cache.store().delete_unavailable(unavailable->generation,
                                       unavailable->message.offset);
      continue;
    }
    // Only what a caller asked for is refused.
    (void)requeue({&cache, queue}, std::move(*unavailable), lease_ended, now,
                  wall);
  }
}

void QueueEngine::due_expired(QueueRowCache& cache, Instant now) {
  for (int i = 0; i < kMostPerTick; ++i) {
    auto expired = cache.store().due_expired(now);
    if (!expired) return;
    Queue* queue = cache.find_of_generation(expired->generation);
    if (queue != nullptr) {
      discard({&cache, queue}, expired->message);
    } else {
      cache.store().delete_message(expired->generation,
                                   expired->message.offset);
    }
  }
}

// Not the key just added, if there is any other.
void QueueEngine::forget_one_key(QueueRowCache& added_to) {
  QueueRowCache& other = &added_to == &durable_ ? ephemeral_ : durable_;
  for (QueueRowCache* cache : {&other, &added_to}) {
    int forgotten = cache->store().forget_oldest_keys(1);
    keys_ -= forgotten;
    if (forgotten > 0) return;
  }
}

void QueueEngine::tick(Instant now, WallMillis wall) {
  due_calls(now);
  const bool due = nearest_.due(now);
  if (due) {
    for (QueueRowCache* cache : {&durable_, &ephemeral_}) {
      due_unavailable(*cache, now, wall);
      due_expired(*cache, now);
      keys_ -= cache->store().forget_keys(now, kMostKeysPerTick);
    }
  }
  while (!next_given_.empty() && next_given_.begin()->first <= now) {
    ready_queues_.insert(
        next_given_.extract(next_given_.begin()).value().second);
  }
  for (const Uuid& queue : std::exchange(ready_queues_, {})) serve(queue, now);
  durable_.flush();
  ephemeral_.flush();
  if (purging_) {
    bool durable = durable_.store().purge_some(kMostPerTick);
    bool ephemeral = ephemeral_.store().purge_some(kMostPerTick);
    purging_ = durable || ephemeral;
  }
  if (due) {
    auto next = sooner(durable_.store().next_deadline(),
                       ephemeral_.store().next_deadline());
    if (next && *next >= kBlocked) next.reset();
    nearest_.know(next);
  }
}

std::optional<Instant> QueueEngine::next_deadline() {
  // What waits for room is served once something was sent.
  bool can_serve = !ready_queues_.empty() && notifier_.has_room();
  if (purging_ || can_serve) return Instant();
  auto next = sooner(nearest_.next(), parked_.next_limit());
  return next_given_.empty() ? next : sooner(next, next_given_.begin()->first);
}

void QueueEngine::committed() {
  durable_.forget();
  ephemeral_.forget();
  keys_kept_ = keys_;
  queues_kept_ = queues_;
}

void QueueEngine::rolled_back() {
  keys_ = keys_kept_;
  queues_ = queues_kept_;
  committed();
  nearest_.forget();
  purging_ = true;
  // Those served in the aborted transaction got its error; the others may find
  // the messages again.
  for (const auto& [queue, callers] : waiters_) ready_queues_.insert(queue);
}

void QueueEngine::dismiss_callers(const Refusal& why) {
  for (ConnectionId caller : parked_.all()) {
    unpark(caller);
    notifier_.notify(caller, Ended{why});
  }
}

}  // namespace syncq
