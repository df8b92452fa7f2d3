// Messages: who gets which, and what becomes of those that are given back.

#include <algorithm>
#include <tuple>
#include <utility>

#include "daemon/commit/nearest_deadline.h"
#include "tests/sim/model.h"

namespace syncq::sim {
namespace {

// How long a message rests if its dead letter queue has no room for it.
constexpr Duration kRetryDeadLetter = std::chrono::minutes(1);
// How late a message may be given without putting off the next.
constexpr Duration kLate = std::chrono::milliseconds(10);

}  // namespace

// --- out --------------------------------------------------------------------

bool Model::take(const Ask& ask, ConnectionId caller, ModelQueue& queue) {
  if (!world_.alive(caller)) {
    refuse(caller, ErrorCode::kBadRequest);
    return false;
  }
  Take wanted;
  wanted.end = ask.verb == Verb::kHead ? QueueEnd::kHead : QueueEnd::kTail;
  wanted.lease = ask.lease_time;
  wanted.count = ask.count;
  // Nobody is served before those who came first.
  serve(queue);
  if (auto given = give(queue, wanted, ask.chosen)) {
    world_.say(caller, *given);
    return false;
  }
  if (!ask.limit) {
    auto why = withheld(queue);
    bool is_why = why == ErrorCode::kPaused || !queue.ready.empty();
    refuse(caller, why && is_why ? *why : ErrorCode::kEmpty);
    return false;
  }
  Taker taker{caller, queue.id, wanted, ask.chosen, std::nullopt};
  if (*ask.limit != Duration::zero()) taker.limit = now_ + *ask.limit;
  takers_.push_back(taker);
  return true;
}

// In order of arrival; those that have left get nothing.
void Model::serve(ModelQueue& queue) {
  while (true) {
    auto first =
        std::find_if(takers_.begin(), takers_.end(),
                     [&](const auto& each) { return each.queue == queue.id; });
    if (first == takers_.end()) return;
    if (!world_.alive(first->caller)) {
      takers_.erase(first);
      continue;
    }
    auto given = give(queue, first->take, first->chosen);
    if (!given) return;
    ConnectionId caller = first->caller;
    takers_.erase(first);
    world_.say(caller, *given);
  }
}

// A message, or a batch of what there is.
std::optional<Expected> Model::give(ModelQueue& queue, const Take& take,
                                    const std::optional<Id>& chosen) {
  if (!take.count) return take_now(queue, take, chosen);
  Expected all;
  for (std::int64_t i = 0; i < *take.count; ++i) {
    auto message = take_now(queue, take, chosen);
    if (!message) break;
    all.batch.push_back(*message);
  }
  if (all.batch.empty()) return std::nullopt;
  return all;
}

std::optional<Expected> Model::take_now(ModelQueue& queue, const Take& take,
                                        const std::optional<Id>& chosen) {
  if (auto again = given_before(queue, take, chosen)) return again;
  if (withheld(queue)) return std::nullopt;
  while (!queue.ready.empty()) {
    auto at = take.end == QueueEnd::kHead ? queue.ready.begin()
                                          : std::prev(queue.ready.end());
    ModelMessage message = *at;
    queue.ready.erase(at);
    if (message.expired(now_)) {
      unblock(queue, message);
      continue;
    }
    return hand_out(queue, std::move(message), take, chosen);
  }
  return std::nullopt;
}

std::optional<ErrorCode> Model::withheld(const ModelQueue& queue) {
  if (queue.paused) return ErrorCode::kPaused;
  if (is_full_in_flight(queue)) return ErrorCode::kLimited;
  if (!queue.config.rate || next_by_rate(queue) <= now_) return std::nullopt;
  next_given_.emplace(next_by_rate(queue), queue.id);
  return ErrorCode::kLimited;
}

bool Model::is_full_in_flight(const ModelQueue& queue) {
  auto leased = std::count_if(queue.hidden.begin(), queue.hidden.end(),
                              [](const auto& each) { return each.lease != 0; });
  std::int64_t most = queue.config.in_flight;
  return most != 0 && leased >= most;
}

void Model::forget_next(const ModelQueue& queue) {
  if (queue.config.rate) next_given_.erase({next_by_rate(queue), queue.id});
}

// There may be room in flight.
void Model::end_lease(const ModelQueue& queue, Id lease) {
  if (lease != 0 && queue.config.in_flight != 0) fresh_.insert(queue.id);
}

Instant Model::next_by_rate(const ModelQueue& queue) const {
  auto last = last_given_.find(queue.id);
  if (last == last_given_.end()) return Instant::min();
  return last->second + queue.config.rate.interval();
}

// A repeated request with the same lease gets the same message.
std::optional<Expected> Model::given_before(ModelQueue& queue, const Take& take,
                                            const std::optional<Id>& chosen) {
  if (!chosen) return std::nullopt;
  for (ModelHidden& each : queue.hidden) {
    if (each.lease != *chosen || each.until <= now_) continue;
    each.until = now_ + *take.lease;
    return message_of(queue, each.message, each.lease);
  }
  return std::nullopt;
}

Expected Model::message_of(const ModelQueue& queue, const ModelMessage& message,
                           Id lease) {
  Expected expected;
  expected.body = message.body;
  expected.message_id =
      std::to_string(queue.generation) + "-" + std::to_string(message.place);
  expected.attempt = message.attempts;
  expected.lease = lease;
  expected.dead_from = message.dead_from;
  expected.group = message.group;
  return expected;
}

Expected Model::hand_out(ModelQueue& queue, ModelMessage message,
                         const Take& take, const std::optional<Id>& chosen) {
  ++message.attempts;
  if (queue.config.rate) {
    Instant due = next_by_rate(queue);
    last_given_[queue.id] = due >= now_ - kLate ? due : now_;
  }
  if (!take.lease) {
    unblock(queue, message);
    return message_of(queue, message, 0);
  }
  // One that is still being cleared away may be in use or not.
  bool usable = chosen && !is_lease(*chosen, queue.config.ephemeral) &&
                !stored_.cleared.contains(*chosen);
  Id lease = usable ? *chosen : new_id();
  queue.hidden.push_back({message, lease, now_ + *take.lease});
  return message_of(queue, message, lease);
}

bool Model::is_lease(Id id, bool ephemeral) const {
  for (const ModelQueue& queue : stored_.queues) {
    if (queue.config.ephemeral != ephemeral) continue;
    for (const ModelHidden& each : queue.hidden) {
      if (each.lease == id) return true;
    }
  }
  return false;
}

void Model::at_index(const Ask& ask, ConnectionId caller, ModelQueue& queue) {
  bool takes = ask.verb == Verb::kConsume;
  if (takes && !world_.alive(caller)) {
    return refuse(caller, ErrorCode::kBadRequest);
  }
  Take how;
  how.lease = ask.lease_time;
  if (takes) {
    if (auto again = given_before(queue, how, ask.chosen)) {
      return world_.say(caller, *again);
    }
    if (queue.paused) return refuse(caller, ErrorCode::kPaused);
  }
  auto index = static_cast<std::size_t>(ask.index);
  auto why = takes ? withheld(queue) : std::nullopt;
  if (why && index < queue.ready.size()) return refuse(caller, *why);
  while (index < queue.ready.size()) {
    auto at = queue.ready.begin() + ask.index;
    ModelMessage message = *at;
    bool expired = message.expired(now_);
    if (expired || takes) queue.ready.erase(at);
    if (expired) unblock(queue, message);
    if (expired) continue;
    return world_.say(caller, takes ? hand_out(queue, message, how, ask.chosen)
                                    : message_of(queue, message, 0));
  }
  refuse(caller, ErrorCode::kEmpty);
}

// --- back again -------------------------------------------------------------

std::optional<ErrorCode> Model::requeue(Id id, const ModelHidden& hidden,
                                        const Ask& how) {
  QueueConfig config = queue(id)->config;
  ModelMessage message = hidden.message;
  bool expired = message.expired(now_);
  bool failed = hidden.lease != 0 && !how.uncounted;
  bool too_often = failed && config.max_attempts > 0 &&
                   message.attempts >= config.max_attempts;
  ModelQueue* dead_letters = nullptr;
  if (!expired && (how.dead || too_often)) {
    ErrorCode why = ErrorCode::kConflict;
    dead_letters = dead_letters_of(config, why);
    if (dead_letters == nullptr && how.dead) return why;
  }
  ModelQueue& from = *queue(id);
  std::erase_if(from.hidden, [&](const ModelHidden& each) {
    return each.message.place == message.place;
  });
  end_lease(from, hidden.lease);
  if (expired || dead_letters != nullptr) unblock(from, message);
  if (expired) return std::nullopt;
  if (how.uncounted) --message.attempts;
  Duration delay = how.delay.value_or(Duration::zero());
  if (too_often && dead_letters == nullptr) {
    delay = std::max(delay, kRetryDeadLetter);
  }
  if (dead_letters != nullptr) {
    message.dead_from = config.name;
    message.attempts = 0;
    message.expires.reset();
    message.place = dead_letters->next_place++;
    reinsert(*dead_letters, message);
  } else if (delay != Duration::zero()) {
    from.hidden.push_back({message, 0, now_ + delay});
  } else {
    reinsert(from, message);
  }
  return std::nullopt;
}

ModelQueue* Model::dead_letters_of(const QueueConfig& config, ErrorCode& why) {
  Ask ask;
  ask.name = config.dead_letter;
  if (ask.name.empty() && config.name.ends_with(".dead")) return nullptr;
  if (ask.name.empty()) ask.name = config.name + ".dead";
  ModelQueue* found = queue(ask);
  if (found == nullptr) {
    QueueConfig made;
    made.name = ask.name;
    found = &make_queue(made);
  }
  if (has_room(*found)) return found;
  why = ErrorCode::kAtCapacity;
  return nullptr;
}

// What was put back before a refusal stays there.
void Model::redrive(const Ask& ask, ConnectionId caller, ModelQueue& queue) {
  std::vector<ModelMessage> letters;
  for (const ModelMessage& each : queue.ready) {
    if (!each.dead_from.empty()) letters.push_back(each);
  }
  if (letters.size() > static_cast<std::size_t>(ask.most)) {
    letters.resize(static_cast<std::size_t>(ask.most));
  }
  for (ModelMessage& letter : letters) {
    Ask to;
    to.name = ask.to.empty() ? letter.dead_from : ask.to;
    ModelQueue* target = this->queue(to);
    if (target == nullptr) return refuse(caller, ErrorCode::kConflict);
    auto stored =
        static_cast<std::int64_t>(target->ready.size() + target->hidden.size());
    std::optional<std::int64_t> most = target->config.capacity;
    if (target != &queue && most && stored >= *most) {
      return refuse(caller, ErrorCode::kAtCapacity);
    }
    std::erase_if(queue.ready, [&](const ModelMessage& each) {
      return each.place == letter.place;
    });
    letter.attempts = 0;
    letter.dead_from.clear();
    append(*target, letter, std::nullopt);
  }
  answer(caller, {{"moved", letters.size()}});
}

// --- time -------------------------------------------------------------------

// Leases and delays end in order of their time.
void Model::due_hidden(bool ephemeral) {
  while (true) {
    ModelQueue* of = nullptr;
    const ModelHidden* first = nullptr;
    for (ModelQueue& queue : stored_.queues) {
      if (queue.config.ephemeral != ephemeral) continue;
      for (const ModelHidden& each : queue.hidden) {
        if (each.blocked || each.until > now_) continue;
        auto order = [](const ModelHidden& hidden, const ModelQueue& in) {
          return std::tuple(hidden.until, in.generation, hidden.message.place);
        };
        if (first == nullptr || order(each, queue) < order(*first, *of)) {
          of = &queue;
          first = &each;
        }
      }
    }
    if (first == nullptr) return;
    static_cast<void>(requeue(of->id, ModelHidden(*first), Ask{}));
  }
}

void Model::expire(ModelQueue& queue) {
  for (bool any = true; any;) {
    auto first =
        std::find_if(queue.ready.begin(), queue.ready.end(),
                     [this](const auto& each) { return each.expired(now_); });
    any = first != queue.ready.end();
    if (!any) break;
    ModelMessage message = *first;
    queue.ready.erase(first);
    unblock(queue, message);
  }
}

void Model::tick_queues() {
  while (true) {
    auto first = takers_.end();
    for (auto it = takers_.begin(); it != takers_.end(); ++it) {
      if (!it->limit || *it->limit > now_) continue;
      if (first == takers_.end() || *it->limit < *first->limit) first = it;
    }
    if (first == takers_.end()) break;
    refuse(first->caller, ErrorCode::kEmpty);
    takers_.erase(first);
  }
  for (bool ephemeral : {false, true}) {
    due_hidden(ephemeral);
    for (ModelQueue& queue : stored_.queues) {
      if (queue.config.ephemeral != ephemeral) continue;
      expire(queue);
    }
  }
  std::erase_if(stored_.keys,
                [this](const auto& each) { return each.expires <= now_; });
  while (!next_given_.empty() && next_given_.begin()->first <= now_) {
    fresh_.insert(next_given_.begin()->second);
    next_given_.erase(next_given_.begin());
  }
  for (Id id : std::exchange(fresh_, {})) {
    if (ModelQueue* of = queue(id)) {
      serve(*of);
      continue;
    }
    std::erase_if(takers_, [&](const Taker& each) {
      if (each.queue != id) return false;
      if (world_.alive(each.caller)) {
        refuse(each.caller, ErrorCode::kStoreFailed);
      }
      return true;
    });
  }
}

std::optional<Instant> Model::next_queue() const {
  std::optional<Instant> next;
  for (const Taker& each : takers_) next = sooner(next, each.limit);
  for (const ModelKey& each : stored_.keys) next = sooner(next, each.expires);
  for (const ModelQueue& queue : stored_.queues) {
    for (const auto& each : queue.ready) next = sooner(next, each.expires);
    for (const auto& each : queue.hidden) {
      if (!each.blocked) next = sooner(next, each.until);
    }
    bool waited_for =
        std::any_of(takers_.begin(), takers_.end(),
                    [&](const auto& each) { return each.queue == queue.id; });
    if (waited_for && !queue.ready.empty() && queue.config.rate &&
        !queue.paused && !is_full_in_flight(queue)) {
      next = sooner(next, next_by_rate(queue));
    }
  }
  return next;
}

}  // namespace syncq::sim
