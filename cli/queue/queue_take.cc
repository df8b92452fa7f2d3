#include "cli/queue/queue_take.h"

#include <fmt/format.h>

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

bool is_no_queue(const DaemonReply& reply) {
  return error_code(reply) == "not_found";
}

void make_queue(Client& client, const std::string& config) {
  DaemonReply reply = client.call("POST", RequestTarget("/queues"),
                                  Repeat::kIdempotent, config);
  if (error_code(reply) == "conflict") return;
  require_ok(client, reply, "making the queue");
}

DaemonReply acknowledge(KeptConnection& connection, std::string_view queue,
                        std::string_view lease, Deadline sure,
                        Duration patience) {
  constexpr int kOk = 200;
  RequestTarget ack = lease_target(queue, "ack", lease);
  try {
    DaemonReply reply = *connection.ask("POST", ack);
    if (!is_shutting_down(reply)) return reply;
  } catch (const ConnectionLost&) {
    // It may have been done.
  } catch (const Unreachable&) {
    // The daemon answered us before: it may come back.
  }
  DaemonReply reply = connection.request_with_retry("POST", ack, patience);
  if (error_code(reply) != "expired" || sure.passed()) return reply;
  DaemonReply done;
  done.status = kOk;
  return done;
}

RequestTarget lease_target(std::string_view queue, std::string_view verb,
                           std::string_view lease) {
  RequestTarget address = queue_target(queue);
  address.segment(verb).segment(lease);
  return address;
}

}  // namespace syncq
