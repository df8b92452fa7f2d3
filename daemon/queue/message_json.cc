// A message of a batch as JSON.

#include "common/base64.h"
#include "common/characters.h"
#include "daemon/http/json_text.h"
#include "daemon/queue/queue_handlers.h"

namespace syncq {

JsonObject dead_letter_json(const DeadLetter& dead) {
  return JsonObject()
      .add("from", dead.queue)
      .add("attempts", dead.attempts)
      .add_or_null("reason", dead.reason)
      .add("since", timestamp(dead.since));
}

JsonObject message_json(std::string_view queue, const Delivered& message) {
  const bool text = is_utf8(message.body);
  const DeadLetter* dead = message.dead.get();
  JsonObject json;
  json.add("queue", queue)
      .add("id", message.id)
      .add("attempt", message.attempt)
      .add_or_null("lease", message.lease ? message.lease->text() : "")
      .add("type",
           message.type.empty() ? kBytes : std::string_view(message.type))
      .add_or_null("group", message.group);
  if (dead != nullptr) {
    json.add("dead", dead_letter_json(*dead));
  } else {
    json.add_raw("dead", "null");
  }
  json.add("encoding", text ? "text" : "base64");
  if (text) {
    json.add("body", message.body);
  } else {
    json.add("body", base64_encode(message.body));
  }
  return json;
}

}  // namespace syncq
