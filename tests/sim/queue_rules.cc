// Queues and messages.

#include <algorithm>
#include <utility>

#include "tests/sim/model.h"

namespace syncq::sim {
namespace {

using nlohmann::json;

json describe(const ModelQueue& queue) {
  auto leased = std::count_if(queue.hidden.begin(), queue.hidden.end(),
                              [](const auto& each) { return each.lease != 0; });
  auto blocked = std::count_if(queue.hidden.begin(), queue.hidden.end(),
                               [](const auto& each) { return each.blocked; });
  return {{"id", reference(queue.id)},
          {"name", queue.config.name},
          {"ephemeral", queue.config.ephemeral},
          {"size", queue.ready.size()},
          {"paused", queue.paused},
          {"leased", leased},
          {"blocked", blocked},
          {"delayed",
           static_cast<std::int64_t>(queue.hidden.size()) - leased - blocked}};
}

Expected status(int status) {
  Expected expected;
  expected.status = status;
  return expected;
}

}  // namespace

ModelQueue* Model::queue(const Ask& ask) {
  for (ModelQueue& each : stored_.queues) {
    bool named = ask.by_uuid != 0 ? each.id == ask.by_uuid
                                  : each.config.name == ask.name;
    if (named) return &each;
  }
  return nullptr;
}

ModelQueue* Model::queue(Id id) {
  for (ModelQueue& each : stored_.queues) {
    if (each.id == id) return &each;
  }
  return nullptr;
}

bool Model::ask_queue(const Ask& ask, ConnectionId caller) {
  ModelQueue* named = queue(ask);
  switch (ask.verb) {
    case Verb::kPut:
      put(ask, caller);
      return false;
    case Verb::kQueueNew: {
      if (named != nullptr) {
        refuse(caller, ErrorCode::kConflict);
        return false;
      }
      QueueConfig config;
      config.name = ask.name;
      config.ephemeral = ask.ephemeral;
      config.capacity = ask.capacity;
      config.overflow = ask.reject ? Overflow::kReject : Overflow::kEvict;
      config.max_attempts = ask.max_attempts;
      config.dead_letter = ask.dead_letter;
      config.in_flight = ask.in_flight;
      config.rate = ask.rate;
      answer(caller, {{"queue", describe(make_queue(config))}});
      return false;
    }
    case Verb::kQueueList:
      answer(caller, {{"count", {{"queues", stored_.queues.size()}}}});
      return false;
    case Verb::kQueueDelete:
      if (named != nullptr) {
        Id id = named->id;
        forget_next(*named);
        last_given_.erase(id);
        clear(*named);
        for (const Taker& each : std::vector(takers_)) {
          if (each.queue == id) refuse(each.caller, ErrorCode::kQueueNotFound);
        }
        std::erase_if(takers_, [&](auto& each) { return each.queue == id; });
        std::erase_if(stored_.queues,
                      [&](auto& each) { return each.id == id; });
      }
      world_.say(caller, status(204));
      return false;
    default:
      break;
  }
  if (named == nullptr) {
    refuse(caller, ErrorCode::kQueueNotFound);
    return false;
  }
  switch (ask.verb) {
    case Verb::kHead:
    case Verb::kTail:
      return take(ask, caller, *named);
    case Verb::kConsume:
    case Verb::kPeek:
      at_index(ask, caller, *named);
      return false;
    case Verb::kSet: {
      auto stored =
          static_cast<std::int64_t>(named->ready.size() + named->hidden.size());
      bool same = ask.capacity == named->config.capacity;
      if (ask.capacity && *ask.capacity < stored && !same) {
        refuse(caller, ErrorCode::kAtCapacity);
        return false;
      }
      named->config.capacity = ask.capacity;
      named->config.overflow =
          ask.reject ? Overflow::kReject : Overflow::kEvict;
      forget_next(*named);
      named->config.in_flight = ask.in_flight;
      named->config.rate = ask.rate;
      fresh_.insert(named->id);
      answer(caller, {{"queue", describe(*named)}});
      return false;
    }
    case Verb::kRemove:
      remove(ask, caller, *named);
      return false;
    case Verb::kPause:
    case Verb::kResume:
      if (named->paused && ask.verb == Verb::kResume) fresh_.insert(named->id);
      named->paused = ask.verb == Verb::kPause;
      answer(caller, json::object());
      return false;
    case Verb::kRedrive:
      redrive(ask, caller, *named);
      return false;
    case Verb::kMessages:
      list(ask, caller, *named);
      return false;
    case Verb::kQueueShow:
      answer(caller, {{"queue", describe(*named)}});
      return false;
    case Verb::kQueueEmpty:
      renew(*named);
      world_.say(caller, status(204));
      return false;
    default:
      break;
  }
  ModelHidden* found = nullptr;
  for (ModelHidden& each : named->hidden) {
    bool runs = each.lease != 0 && each.until > now_;
    if (runs && each.lease == ask.lease) found = &each;
  }
  if (found == nullptr) {
    refuse(caller, ErrorCode::kExpired);
    return false;
  }
  if (ask.verb == Verb::kExtend) {
    found->until = now_ + *ask.lease_time;
  } else if (ask.verb == Verb::kAck) {
    ModelMessage acked = found->message;
    std::erase_if(named->hidden,
                  [&](const auto& each) { return each.lease == ask.lease; });
    unblock(*named, acked);
    end_lease(*named, ask.lease);
  } else if (auto why = requeue(named->id, ModelHidden(*found), ask)) {
    refuse(caller, *why);
    return false;
  }
  answer(caller, json::object());
  return false;
}

ModelQueue& Model::make_queue(const QueueConfig& config) {
  ModelQueue made;
  made.id = new_id();
  made.config = config;
  stored_.queues.push_back(made);
  renew(stored_.queues.back());
  return stored_.queues.back();
}

void Model::clear(const ModelQueue& queue) {
  for (const ModelHidden& each : queue.hidden) {
    if (each.lease != 0) stored_.cleared.insert(each.lease);
  }
}

// Empty, with places that were never used before.
void Model::renew(ModelQueue& queue) {
  clear(queue);
  queue.generation =
      queue.config.ephemeral ? ++last_ephemeral_ : ++stored_.last_generation;
  queue.next_place = 0;
  queue.ready.clear();
  queue.hidden.clear();
}

// --- in ---------------------------------------------------------------------

// Everything counts against the capacity, but only what can be read is evicted.
bool Model::has_room(ModelQueue& queue) {
  auto stored =
      static_cast<std::int64_t>(queue.ready.size() + queue.hidden.size());
  if (!queue.config.capacity || stored < *queue.config.capacity) return true;
  if (queue.config.overflow == Overflow::kReject || queue.ready.empty()) {
    return false;
  }
  ModelMessage oldest = queue.ready.front();
  queue.ready.erase(queue.ready.begin());
  unblock(queue, oldest);
  return true;
}

void Model::put(const Ask& ask, ConnectionId caller) {
  ModelQueue* to = queue(ask);
  if (to == nullptr && ask.by_uuid != 0) {
    return refuse(caller, ErrorCode::kQueueNotFound);
  }
  if (to == nullptr) {
    QueueConfig config;
    config.name = ask.name;
    to = &make_queue(config);
  }
  auto key = std::find_if(stored_.keys.begin(), stored_.keys.end(),
                          [&](const ModelKey& each) {
                            return each.queue == to->id && each.key == ask.key;
                          });
  bool known = !ask.key.empty() && key != stored_.keys.end();
  // What came before is not stored twice, and nothing jumps ahead.
  if (known && ask.sequence <= key->sequence) {
    return world_.say(caller, status(201));
  }
  if (known && ask.sequence > key->sequence + 1) {
    return refuse(caller, ErrorCode::kConflict);
  }
  if (!has_room(*to)) return refuse(caller, ErrorCode::kAtCapacity);
  if (!ask.key.empty()) {
    if (!known) {
      stored_.keys.push_back(
          {to->id, ask.key, 0, Instant(), to->config.ephemeral});
      key = std::prev(stored_.keys.end());
    }
    key->sequence = ask.sequence;
    if (!known || key->expires < now_ + kRememberKeys) {
      key->expires = now_ + kRememberKeys;
      if (ask.sequence != 0) key->expires += kStreamSlack;
    }
  }
  ModelMessage message;
  message.body = ask.body;
  message.group = ask.group;
  message.pushed = now_;
  if (ask.ttl && *ask.ttl != Duration::zero())
    message.expires = now_ + *ask.ttl;
  std::optional<Instant> due;
  if (ask.delay && *ask.delay != Duration::zero()) due = now_ + *ask.delay;
  append(*to, message, due);
  world_.say(caller, status(201));
}

void Model::reinsert(ModelQueue& queue, ModelMessage message) {
  auto behind = std::find_if(
      queue.ready.begin(), queue.ready.end(),
      [&](const auto& each) { return each.place > message.place; });
  queue.ready.insert(behind, std::move(message));
  fresh_.insert(queue.id);
}

}  // namespace syncq::sim
