#include "cli/queue/queue_take.h"

#include <fmt/format.h>

#include <utility>

#include "cli/base/failure.h"
#include "cli/client/explain.h"
#include "cli/queue/queue_message.h"
#include "common/duration.h"
#include "common/uuid.h"

namespace syncq {

std::optional<DaemonReply> take_by_lease(KeptConnection& connection,
                                         const TakeRequest& request) {
  std::string id = Uuid::random().text();
  auto address = [&] {
    RequestTarget take = queue_target(request.queue);
    for (const std::string& word : request.what) take.segment(word);
    take.add("lease", format_duration(request.lease)).add("lease_id", id);
    if (request.count) take.add("count", std::to_string(*request.count));
    // Once the wait is over, asks once more without waiting.
    if (request.wait && request.wait->is_never()) take.add("wait", "0");
    if (request.wait && !request.wait->is_never() && !request.wait->passed()) {
      take.add("wait", format_duration(request.wait->left()));
    }
    return take;
  };
  if (!request.wait) {
    return connection.request_with_retry("POST", address, Answer::kSoon,
                                         request.patience);
  }
  return connection.request_with_retry("POST", address, Answer::kMayBlock,
                                       request.patience, *request.wait);
}

Messages taken_messages(const TakeRequest& request, DaemonReply& reply) {
  std::string body = std::exchange(reply.body, "");
  if (request.count) return messages_of(body);
  Messages messages{reply};
  messages.front().body = std::move(body);
  return messages;
}

bool is_no_queue(const DaemonReply& reply) {
  return error_code(reply) == "not_found";
}

void make_queue(Client& client, const std::string& config) {
  DaemonReply reply = client.call("POST", RequestTarget("/queues"),
                                  Repeat::kIdempotent, config);
  if (error_code(reply) == "conflict") return;
  require_ok(client, reply, "making the queue");
}

}  // namespace syncq
