// Dead letters go back to where they came from.

#include <fmt/format.h>

#include "daemon/queue/queue_engine.h"

namespace syncq {
namespace {

// The bodies that one step moves: about as many bytes.
constexpr std::size_t kMostMoved = 1024 * 1024;

}  // namespace

Result<> QueueEngine::redrive(MessageWalk& walk, std::string_view to, int most,
                              std::int64_t& moved) {
  Result<Found> found = find(walk.queue.text());
  if (!found || found->queue->generation != walk.generation) walk.left = 0;
  if (walk.left == 0) return Nothing{};
  std::vector<Message> letters;
  bool stopped = false;
  std::size_t read = 0;
  found->cache->store().visit_messages(
      walk.generation, walk.offset, [&](const Message& each) {
        walk.offset = each.offset + 1;
        read += each.body.size();
        if (each.dead) letters.push_back(each);
        if (each.dead) --walk.left;
        stopped = --most == 0 || walk.left == 0 || read >= kMostMoved;
        return !stopped;
      });
  if (!stopped) walk.left = 0;
  Result<> done{Nothing{}};
  for (Message& letter : letters) {
    done = redrive_one(walk, to, std::move(letter));
    if (!done) break;
    ++moved;
  }
  bool over = !done || walk.left == 0;
  if (over && moved > 0) {
    events_.push_back(
        QueueSteered{found->queue->config.name, "redrive",
                     fmt::format("had {} dead letters put back", moved)});
  }
  return done;
}

// Nothing is evicted for it: of two messages one would be lost.
Result<> QueueEngine::redrive_one(const MessageWalk& walk, std::string_view to,
                                  Message message) {
  Result<Found> from = find(walk.queue.text());
  if (to.empty()) to = message.dead->queue;
  Result<Found> target = find(to);
  if (!target && target.refusal().code != ErrorCode::kQueueNotFound) {
    return target.refusal();
  }
  if (!target) {
    return Refusal{ErrorCode::kConflict,
                   fmt::format("there is no queue '{}' to put dead letters "
                               "into: make it, or name another as 'to'",
                               to)};
  }
  Queue& queue = *target->queue;
  bool same = queue.uuid == walk.queue;
  if (!same && queue.config.capacity &&
      queue.stored() >= *queue.config.capacity) {
    return Refusal{ErrorCode::kAtCapacity,
                   fmt::format("queue '{}' is at its capacity of {}: take "
                               "messages from it, then go on",
                               queue.config.name, *queue.config.capacity)};
  }
  from->cache->drop(*from->queue, message.offset);
  message.attempts = 0;
  message.dead = nullptr;
  put(*target, std::move(message), std::nullopt);
  return Nothing{};
}

}  // namespace syncq
