// Looking into a queue and steering it.

#include <fmt/format.h>

#include <limits>

#include "common/names.h"
#include "common/uuid.h"
#include "daemon/http/handler.h"
#include "daemon/http/json_text.h"
#include "daemon/http/long_answer.h"
#include "daemon/queue/queue_handlers.h"

namespace syncq {
namespace {

constexpr std::int64_t kListed = 100;
constexpr std::int64_t kMostListed = 1000;
constexpr std::int64_t kAnyNumber = std::numeric_limits<std::int64_t>::max();

Result<MessageState> read_state(const Query& query) {
  const std::string* text = query.find("state");
  if (text == nullptr || *text == "ready") return MessageState::kReady;
  if (*text == "delayed") return MessageState::kDelayed;
  if (*text == "leased") return MessageState::kLeased;
  if (*text == "dead") return MessageState::kDead;
  if (*text == "blocked") return MessageState::kBlocked;
  return Refusal{
      ErrorCode::kBadRequest,
      fmt::format("state '{}': use ready, delayed, leased, blocked or dead",
                  *text)};
}

Parked message_list(QueueEngine& engine, Request& request, ReplyWriter& out) {
  Result<MessageState> state = read_state(request.query);
  if (!state) return refuse(out, state.refusal());
  auto from = request.query.number("from", 0, kAnyNumber);
  if (!from) return refuse(out, from.refusal());
  auto limit = request.query.number("limit", 1, kMostListed);
  if (!limit) return refuse(out, limit.refusal());
  Result<MessageWalk> walk = engine.begin_walk(
      request.path[0], *state, from->value_or(0), limit->value_or(kListed));
  if (!walk) return refuse(out, walk.refusal());
  auto next = [&engine, walk = *walk](Instant now,
                                      std::vector<std::string>& some) mutable {
    for (const Glimpse& each : engine.walk(walk, kSlice, now)) {
      some.push_back(glimpse_json(each, now));
    }
    return walk.left > 0;
  };
  return begin(std::make_unique<Listing>("messages", next), request.now, out);
}

Parked message_delete(QueueEngine& engine, Request& request, ReplyWriter& out) {
  const std::string& text = request.path[1];
  std::optional<MessageId> id = MessageId::parse(text);
  if (!id) {
    return refuse(out, {ErrorCode::kInvalidIndex,
                        fmt::format("id '{}': use one that GET "
                                    "/queues/{}/messages shows, like 3-17",
                                    text, request.path[0])});
  }
  Result<> done = engine.remove(request.path[0], *id);
  if (!done) return refuse(out, done.refusal());
  return answer_status(out, 204);
}

class Redrive final : public LongAnswer {
 public:
  Redrive(QueueEngine& engine, const MessageWalk& walk, std::string to)
      : engine_(engine), walk_(walk), to_(std::move(to)) {}

  std::optional<std::size_t> made() const override { return 0; }

 private:
  bool step(Instant) override {
    Result<> done = engine_.redrive(walk_, to_, kSlice, moved_);
    if (!done) refusal_ = done.refusal();
    return done && walk_.left > 0;
  }
  Reply answer() override {
    if (!refusal_) {
      return {200, kJson, JsonObject().add("moved", moved_).line(), ""};
    }
    refusal_->message += fmt::format("; {} moved before", moved_);
    return error_reply(*refusal_);
  }

  QueueEngine& engine_;
  MessageWalk walk_;
  std::string to_;
  std::int64_t moved_ = 0;
  std::optional<Refusal> refusal_;
};

Parked queue_redrive(QueueEngine& engine, Request& request, ReplyWriter& out) {
  auto limit = request.query.number("limit", 1, kAnyNumber);
  if (!limit) return refuse(out, limit.refusal());
  const std::string* to = request.query.find("to");
  if (to != nullptr && !Uuid::parse(*to)) {
    Result<> valid = check_name(*to, "queue");
    if (!valid) return refuse(out, valid.refusal());
  }
  Result<MessageWalk> walk = engine.begin_walk(
      request.path[0], MessageState::kDead, 0, limit->value_or(kAnyNumber));
  if (!walk) return refuse(out, walk.refusal());
  return begin(
      std::make_unique<Redrive>(engine, *walk, to == nullptr ? "" : *to),
      request.now, out);
}

Parked queue_set(QueueEngine& engine, Request& request, ReplyWriter& out) {
  Result<Queue> queue = engine.show(request.path[0]);
  if (!queue) return refuse(out, queue.refusal());
  QueueConfig config = queue->config;
  Result<> read = read_queue_changes(request.body, config);
  if (!read) return refuse(out, read.refusal());
  queue = engine.configure(request.path[0], config);
  if (!queue) return refuse(out, queue.refusal());
  return answer(out, JsonObject().add("queue", queue_json(*queue)).line());
}

Parked queue_pause(QueueEngine& engine, Request& request, ReplyWriter& out) {
  return answer(out, engine.set_paused(request.path[0], true));
}

Parked queue_resume(QueueEngine& engine, Request& request, ReplyWriter& out) {
  return answer(out, engine.set_paused(request.path[0], false));
}

}  // namespace

void add_message_routes(Router& router, QueueEngine& engine) {
  router.add(large({{Method::kGet},
                    "/queues/{}/messages",
                    {"from", "limit", "state"},
                    bind(engine, message_list)}));
  router.add({{Method::kDelete},
              "/queues/{}/messages/{}",
              {},
              bind(engine, message_delete)});
  router.add({{Method::kPost},
              "/queues/{}/redrive",
              {"to", "limit"},
              bind(engine, queue_redrive)});
  Route set{{Method::kPost}, "/queues/{}/set", {}, bind(engine, queue_set)};
  set.takes_json = true;
  router.add(std::move(set));
  router.add(
      {{Method::kPost}, "/queues/{}/pause", {}, bind(engine, queue_pause)});
  router.add(
      {{Method::kPost}, "/queues/{}/resume", {}, bind(engine, queue_resume)});
}

}  // namespace syncq
