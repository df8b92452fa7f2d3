#include "cli/queue/queue_size.h"

#include <fmt/format.h>

#include "cli/client/explain.h"
#include "cli/queue/push_progress.h"
#include "cli/queue/queue_message.h"
#include "cli/queue/queue_take.h"

namespace syncq {

std::optional<std::uint64_t> count_messages(Client& client,
                                            const std::string& queue,
                                            std::string_view doing) {
  DaemonReply reply =
      client.call("GET", queue_target(queue), Repeat::kIdempotent);
  if (is_no_queue(reply)) return std::nullopt;
  require_ok(client, reply, doing, {.queue = queue});
  return static_cast<std::uint64_t>(count_messages(reply).stored());
}

std::string messages_text(std::uint64_t count) {
  return fmt::format("{} message{}", grouped(count), count == 1 ? "" : "s");
}

}  // namespace syncq
