// Looking into a queue without taking anything.

#include <fmt/format.h>

#include "daemon/queue/queue_engine.h"

namespace syncq {
namespace {

// To pass over a message its whole body is read: a step that has read this much
// is the last of its iteration.
constexpr std::size_t kMostRead = 1024 * 1024;

Glimpse glimpse(std::int64_t generation, const Message& message) {
  Glimpse seen;
  seen.message = {message.offset,  message.body.substr(0, kBeginning),
                  message.type,    message.attempts,
                  message.expires, message.pushed,
                  message.dead,    message.group};
  seen.size = message.body.size();
  seen.generation = generation;
  return seen;
}

MessageState state_of(const Unavailable& unavailable) {
  if (unavailable.is_blocked()) return MessageState::kBlocked;
  return unavailable.lease ? MessageState::kLeased : MessageState::kDelayed;
}

}  // namespace

Result<MessageWalk> QueueEngine::begin_walk(std::string_view name,
                                            MessageState state,
                                            std::int64_t from,
                                            std::int64_t limit) {
  Result<Found> found = find(name);
  if (!found) return found.refusal();
  const Queue& queue = *found->queue;
  MessageWalk walk{queue.uuid, state, limit, from, queue.generation, 0};
  bool by_index = state == MessageState::kReady || state == MessageState::kDead;
  if (!by_index || from == 0) return walk;
  std::optional<Message> first = found->cache->at(queue, from);
  if (!first) walk.left = 0;
  if (first) walk.offset = first->offset;
  return walk;
}

std::vector<Glimpse> QueueEngine::walk(MessageWalk& walk, int most,
                                       Instant now) {
  std::vector<Glimpse> seen;
  Result<Found> found = find(walk.queue.text());
  // It was emptied, or is gone.
  if (!found || found->queue->generation != walk.generation) walk.left = 0;
  if (walk.left == 0) return seen;
  bool stopped = false;
  std::size_t read = 0;
  auto go_on = [&](const Message& message) {
    walk.offset = message.offset + 1;
    read += message.body.size();
    stopped = --most == 0 || walk.left == 0 || read >= kMostRead;
    return !stopped;
  };
  QueueStore& store = found->cache->store();
  if (walk.state == MessageState::kReady || walk.state == MessageState::kDead) {
    bool all = walk.state == MessageState::kReady;
    store.visit_messages(walk.generation, walk.offset,
                         [&](const Message& each) {
                           bool expired = each.expires && *each.expires <= now;
                           if (!expired && (all || each.dead)) {
                             seen.push_back(glimpse(walk.generation, each));
                             seen.back().index = walk.index;
                             --walk.left;
                           }
                           ++walk.index;
                           return go_on(each);
                         });
  } else {
    store.visit_unavailable(
        walk.generation, walk.offset, [&](const Unavailable& each) {
          bool wanted = state_of(each) == walk.state;
          if (wanted && walk.index > 0) {
            --walk.index;
          } else if (wanted) {
            seen.push_back(glimpse(walk.generation, each.message));
            seen.back().lease = each.lease;
            if (!each.is_blocked()) seen.back().until = each.until;
            --walk.left;
          }
          return go_on(each.message);
        });
  }
  if (!stopped) walk.left = 0;
  return seen;
}

Result<> QueueEngine::remove(std::string_view name, const MessageId& id) {
  Result<Found> found = find(name);
  if (!found) return found.refusal();
  Queue& queue = *found->queue;
  std::optional<Message> ready;
  std::optional<Unavailable> unavailable;
  if (id.generation == queue.generation) {
    QueueStore& store = found->cache->store();
    store.visit_messages(id.generation, id.offset, [&](const Message& each) {
      if (each.offset == id.offset) ready = each;
      return false;
    });
    store.visit_unavailable(id.generation, id.offset,
                            [&](const Unavailable& each) {
                              if (each.message.offset == id.offset)
                                unavailable = each;
                              return false;
                            });
  }
  if (ready) {
    discard(*found, *ready);
  } else if (unavailable) {
    count_out(queue, *unavailable);
    found->cache->remove_unavailable(queue, id.offset);
    leave_group(*found, unavailable->message);
  } else {
    return Refusal{ErrorCode::kEmpty,
                   fmt::format("queue '{}' has no message {}: it was taken, or "
                               "never was; see GET /queues/{}/messages",
                               name, id.text(), name)};
  }
  events_.push_back(
      QueueSteered{queue.config.name, "delete",
                   fmt::format("had message {} removed", id.text())});
  return Nothing{};
}

}  // namespace syncq
