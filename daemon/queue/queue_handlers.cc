#include "daemon/queue/queue_handlers.h"

#include <fmt/compile.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "common/characters.h"
#include "common/names.h"
#include "daemon/http/handler.h"
#include "daemon/http/json_text.h"
#include "daemon/http/long_answer.h"

namespace syncq {
namespace {

constexpr std::size_t kMaxKeyLength = 255;

// The message's bytes as the body; all else in fields.
Parked deliver(ReplyWriter& out, Delivered&& message) {
  fmt::memory_buffer fields;
  fmt::appender out_fields(fields);
  fmt::format_to(out_fields,
                 FMT_COMPILE("Syncq-Message-Id: {}\r\nSyncq-Attempt: {}\r\n"),
                 message.id, message.attempt);
  // Losing a lease to power loss only re-delivers.
  Promise promise = Promise::kPowerLoss;
  if (message.lease) {
    fmt::format_to(out_fields, FMT_COMPILE("Syncq-Lease: {}\r\n"),
                   message.lease->text());
    promise = Promise::kProcess;
  }
  if (!message.group.empty()) {
    fmt::format_to(out_fields, FMT_COMPILE("Syncq-Group: {}\r\n"),
                   message.group);
  }
  if (const DeadLetter* dead = message.dead.get()) {
    fmt::format_to(out_fields,
                   "Syncq-Dead-From: {}\r\nSyncq-Dead-Attempts: "
                   "{}\r\nSyncq-Dead-Since: {}\r\n",
                   dead->queue, dead->attempts, timestamp(dead->since));
    if (!dead->reason.empty()) {
      fmt::format_to(out_fields, "Syncq-Dead-Reason: {}\r\n", dead->reason);
    }
  }
  std::string_view type = message.type.empty() ? kBytes : message.type;
  out.reply({200,
             type,
             std::move(message.body),
             {fields.data(), fields.size()},
             promise,
             message.id});
  return nullptr;
}

// A caller that waits for a message.
class TakeCall final : public ParkedRequest {
 public:
  bool notice(const Notice& notice, ReplyWriter& out) override {
    if (const auto* message = std::get_if<Delivered>(&notice)) {
      deliver(out, Delivered(*message));
    } else if (const auto* ended = std::get_if<Ended>(&notice)) {
      refuse(out, ended->why);
    }
    return true;
  }
};

Result<std::int64_t> read_index(const std::string& text) {
  bool digits =
      !text.empty() && std::all_of(text.begin(), text.end(),
                                   [](char c) { return c >= '0' && c <= '9'; });
  if (!digits) {
    return Refusal{ErrorCode::kInvalidIndex,
                   fmt::format("index '{}': use a whole number from 0, which "
                               "is the head",
                               text)};
  }
  std::int64_t index = 0;
  auto [end, fault] =
      std::from_chars(text.data(), text.data() + text.size(), index);
  if (fault != std::errc()) {
    return Refusal{ErrorCode::kEmpty,
                   fmt::format("there is no message at index {}: no queue is "
                               "that long",
                               text)};
  }
  return index;
}

Parked queue_list(QueueEngine& engine, Request& request, ReplyWriter& out) {
  auto next = [&engine, last = QueueRank()](
                  Instant, std::vector<std::string>& some) mutable {
    for (const Queue& queue : engine.list(last, kSlice)) {
      some.push_back(queue_json(queue).text());
      last = queue.rank();
    }
    return some.size() == kSlice;
  };
  return begin(std::make_unique<Listing>("queues", next), request.now, out);
}

Parked queue_create(QueueEngine& engine, Request& request, ReplyWriter& out) {
  Result<QueueConfig> config = read_queue_config(request.body);
  if (!config) return refuse(out, config.refusal());
  Result<Queue> queue = engine.create(*config, request.wall);
  if (!queue) return refuse(out, queue.refusal());
  return answer(out, JsonObject().add("queue", queue_json(*queue)).line());
}

Parked queue_show(QueueEngine& engine, Request& request, ReplyWriter& out) {
  Result<Queue> queue = engine.show(request.path[0]);
  if (!queue) return refuse(out, queue.refusal());
  return answer(out, JsonObject().add("queue", queue_json(*queue)).line());
}

Parked queue_put(QueueEngine& engine, Request& request, ReplyWriter& out) {
  Push push;
  auto delay = request.query.duration("delay");
  if (!delay) return refuse(out, delay.refusal());
  auto ttl = request.query.duration("ttl");
  if (!ttl) return refuse(out, ttl.refusal());
  push.delay = *delay;
  push.ttl = *ttl;
  if (const std::string* group = request.query.find("group")) {
    Result<> valid = check_group(*group);
    if (!valid) return refuse(out, valid.refusal());
    push.group = *group;
  }
  push.key = request.head.idempotency_key;
  if (push.key.size() > kMaxKeyLength) {
    return refuse(out, {ErrorCode::kBadRequest,
                        fmt::format("the Idempotency-Key has {} characters: "
                                    "use at most {}",
                                    push.key.size(), kMaxKeyLength)});
  }
  const std::string& sequence = request.head.idempotency_sequence;
  if (!sequence.empty()) {
    Result<std::int64_t> number = read_index(sequence);
    if (!number || push.key.empty()) {
      return refuse(out, {ErrorCode::kInvalidNumber,
                          fmt::format("Syncq-Sequence '{}': it must be a "
                                      "whole number, beside an "
                                      "Idempotency-Key",
                                      sequence)});
    }
    push.sequence = *number;
  }
  push.type = request.head.content_type;
  if (request.query.find("batch") != nullptr) {
    return put_batch(engine, request, out, push);
  }
  push.body = std::move(request.body);
  Result<> stored =
      engine.push(request.path[0], std::move(push), request.now, request.wall);
  if (!stored) return refuse(out, stored.refusal());
  return answer_status(out, 201);
}

Parked queue_delete(QueueEngine& engine, Request& request, ReplyWriter& out) {
  engine.destroy(request.path[0]);
  return answer_status(out, 204);
}

Parked queue_empty(QueueEngine& engine, Request& request, ReplyWriter& out) {
  Result<> emptied = engine.empty(request.path[0]);
  if (!emptied) return refuse(out, emptied.refusal());
  return answer_status(out, 204);
}

// The parameters lease and lease_id.
Result<> read_lease_wish(const Query& query, Take& take) {
  auto lease = read_positive(query, "lease");
  if (!lease) return lease.refusal();
  take.lease = *lease;
  const std::string* id = query.find("lease_id");
  if (id == nullptr) return Nothing{};
  Result<Uuid> uuid = read_uuid(*id, "lease_id", "choose a random one");
  if (!uuid) return uuid.refusal();
  take.lease_id = *uuid;
  if (!take.lease) {
    return Refusal{ErrorCode::kBadRequest,
                   "lease_id names a lease: give lease too, like lease=30s"};
  }
  return Nothing{};
}

Parked take(QueueEngine& engine, Request& request, ReplyWriter& out,
            QueueEnd end) {
  Take take;
  take.end = end;
  auto wait = request.query.duration("wait");
  if (!wait) return refuse(out, wait.refusal());
  take.wait = *wait;
  Result<> wish = read_lease_wish(request.query, take);
  if (!wish) return refuse(out, wish.refusal());
  auto count = request.query.number("count", 1, kMaxBatch);
  if (!count) return refuse(out, count.refusal());
  take.count = *count;
  if (take.count) return take_batch(engine, request, out, take);
  auto message =
      engine.take(request.path[0], take, request.caller, request.now);
  if (!message) return refuse(out, message.refusal());
  if (!*message) return std::make_unique<TakeCall>();
  return deliver(out, std::move(**message));
}

Parked queue_head(QueueEngine& engine, Request& request, ReplyWriter& out) {
  return take(engine, request, out, QueueEnd::kHead);
}

Parked queue_tail(QueueEngine& engine, Request& request, ReplyWriter& out) {
  return take(engine, request, out, QueueEnd::kTail);
}

template <typename Get>
Parked at_index(Request& request, ReplyWriter& out, Get get) {
  Result<std::int64_t> index = read_index(request.path[1]);
  if (!index) return refuse(out, index.refusal());
  Result<Delivered> message = get(*index);
  if (!message) return refuse(out, message.refusal());
  return deliver(out, std::move(*message));
}

Parked queue_consume(QueueEngine& engine, Request& request, ReplyWriter& out) {
  Take how;
  Result<> wish = read_lease_wish(request.query, how);
  if (!wish) return refuse(out, wish.refusal());
  return at_index(request, out, [&](std::int64_t index) {
    return engine.consume(request.path[0], index, request.caller, request.now,
                          how);
  });
}

Parked queue_peek(QueueEngine& engine, Request& request, ReplyWriter& out) {
  return at_index(request, out, [&](std::int64_t index) {
    return engine.peek(request.path[0], index, request.now);
  });
}

}  // namespace

Result<std::optional<Duration>> read_positive(const Query& query,
                                              std::string_view name) {
  auto value = query.duration(name);
  if (!value || !*value || **value != Duration::zero()) return value;
  return Refusal{ErrorCode::kInvalidDuration,
                 fmt::format("{} '0': it must be above 0, like 30s", name)};
}

void add_queue_routes(Router& router, QueueEngine& engine) {
  const std::vector<Method> get = {Method::kGet};
  const std::vector<Method> post = {Method::kPost};
  const std::vector<Method> get_or_post = {Method::kGet, Method::kPost};
  const std::vector<Method> del = {Method::kDelete};
  const std::vector<std::string_view> take_parameters = {"wait", "lease",
                                                         "lease_id", "count"};
  // The busiest first: the table is searched in order.
  Route put{{Method::kPut},
            "/queues/{}",
            {"delay", "ttl", "batch", "group"},
            bind(engine, queue_put)};
  put.takes_message = true;
  router.add(std::move(put));
  router.add(large({get_or_post, "/queues/{}/head", take_parameters,
                    bind(engine, queue_head)}));
  router.add(large({get_or_post, "/queues/{}/tail", take_parameters,
                    bind(engine, queue_tail)}));
  add_lease_routes(router, engine);
  router.add(large({get_or_post,
                    "/queues/{}/consume/{}",
                    {"lease", "lease_id"},
                    bind(engine, queue_consume)}));
  router.add(large({get, "/queues/{}/peek/{}", {}, bind(engine, queue_peek)}));
  router.add(large({get, "/queues", {}, bind(engine, queue_list)}));
  Route create{post, "/queues", {}, bind(engine, queue_create)};
  create.takes_json = true;
  router.add(std::move(create));
  router.add({get, "/queues/{}", {}, bind(engine, queue_show)});
  router.add({del, "/queues/{}", {}, bind(engine, queue_delete)});
  router.add({del, "/queues/{}/messages", {}, bind(engine, queue_empty)});
  add_message_routes(router, engine);
}

}  // namespace syncq
