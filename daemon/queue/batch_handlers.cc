// Many messages in one request.

#include <fmt/format.h>

#include "daemon/queue/queue_handlers.h"

namespace syncq {
namespace {

// One message a line, as JSON.
Parked deliver(ReplyWriter& out, std::string_view queue,
               const DeliveredBatch& batch) {
  Reply reply;
  reply.content_type = kJsonLines;
  for (const Delivered& message : batch) {
    reply.body += message_json(queue, message).line();
  }
  // As of one message: losing leases to power loss only re-delivers.
  if (batch.front().lease) reply.promise = Promise::kProcess;
  out.reply(std::move(reply));
  return nullptr;
}

// A caller that waits for messages.
class BatchCall final : public ParkedRequest {
 public:
  explicit BatchCall(std::string queue) : queue_(std::move(queue)) {}

  bool notice(const Notice& notice, ReplyWriter& out) override {
    if (const auto* batch = std::get_if<DeliveredBatch>(&notice)) {
      deliver(out, queue_, *batch);
    } else if (const auto* ended = std::get_if<Ended>(&notice)) {
      refuse(out, ended->why);
    }
    return true;
  }

 private:
  std::string queue_;
};

Result<char> read_separator(const std::string& batch) {
  if (batch == "lines") return '\n';
  if (batch == "nul") return '\0';
  return Refusal{ErrorCode::kBadRequest,
                 fmt::format("batch '{}': use lines for a message a line, or "
                             "nul for messages that end with a NUL",
                             batch)};
}

// One more than may be, at most. The text after the last separator is a message
// unless empty.
std::vector<std::string_view> split(std::string_view body, char separator) {
  std::vector<std::string_view> parts;
  while (!body.empty() && parts.size() <= kMaxBatch) {
    std::size_t end = std::min(body.find(separator), body.size());
    parts.push_back(body.substr(0, end));
    body.remove_prefix(std::min(end + 1, body.size()));
  }
  return parts;
}

// Those before it are stored, and those after it are not.
Reply refused_after(std::int64_t stored, const Refusal& refusal) {
  Reply reply = error_reply(refusal);
  reply.body = error_json(refusal).add("stored", stored).line();
  return reply;
}

}  // namespace

Parked take_batch(QueueEngine& engine, Request& request, ReplyWriter& out,
                  const Take& take) {
  auto batch =
      engine.take_batch(request.path[0], take, request.caller, request.now);
  if (!batch) return refuse(out, batch.refusal());
  if (batch->empty()) return std::make_unique<BatchCall>(request.path[0]);
  return deliver(out, request.path[0], *batch);
}

Parked put_batch(QueueEngine& engine, Request& request, ReplyWriter& out,
                 const Push& pattern) {
  Result<char> separator = read_separator(request.query.text("batch"));
  if (!separator) return refuse(out, separator.refusal());
  std::vector<std::string_view> parts = split(request.body, *separator);
  if (parts.size() > kMaxBatch) {
    return refuse(out, {ErrorCode::kBadRequest,
                        fmt::format("the batch has over {0} messages: send at "
                                    "most {0} at once",
                                    kMaxBatch)});
  }
  std::int64_t stored = 0;
  for (std::string_view part : parts) {
    Push push = pattern;
    push.body = part;
    push.sequence += stored;
    Result<> done = engine.push(request.path[0], std::move(push), request.now,
                                request.wall);
    if (!done) {
      out.reply(refused_after(stored, done.refusal()));
      return nullptr;
    }
    ++stored;
  }
  out.reply({200, kJson, JsonObject().add("stored", stored).line()});
  return nullptr;
}

}  // namespace syncq
