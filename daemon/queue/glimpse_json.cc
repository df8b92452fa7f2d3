// A message of a list as JSON.

#include <algorithm>

#include "common/characters.h"
#include "daemon/http/json_text.h"
#include "daemon/queue/queue_handlers.h"

namespace syncq {
namespace {

constexpr std::size_t kLongestCharacter = 4;

// The beginning of a body, or none if that is no UTF-8. `cut`: it may end in
// the middle of a character, which is left out.
std::optional<std::string_view> text_of(std::string_view beginning, bool cut) {
  for (std::string_view left = beginning; !left.empty();) {
    std::size_t size = left.size();
    if (take_character(left) != kNoCharacter) continue;
    if (!cut || size >= kLongestCharacter) return std::nullopt;
    return beginning.substr(0, beginning.size() - size);
  }
  return beginning;
}

std::int64_t milliseconds(Duration time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::max(time, Duration::zero()))
      .count();
}

}  // namespace

std::string glimpse_json(const Glimpse& glimpse, Instant now) {
  const Message& message = glimpse.message;
  std::optional<std::int64_t> age;
  if (message.pushed) age = milliseconds(now - *message.pushed);
  std::optional<std::int64_t> due;
  if (glimpse.until) due = milliseconds(*glimpse.until - now);
  bool cut = glimpse.size > message.body.size();
  JsonObject json;
  json.add("index", glimpse.index)
      .add("id", MessageId{glimpse.generation, message.offset}.text())
      .add("age_ms", age)
      .add("attempts", message.attempts)
      .add("type",
           message.type.empty() ? kBytes : std::string_view(message.type))
      .add("size", glimpse.size)
      .add("text", text_of(message.body, cut))
      .add_or_null("lease", glimpse.lease ? glimpse.lease->text() : "")
      .add("due_ms", due)
      .add_or_null("group", message.group);
  const DeadLetter* dead = message.dead.get();
  if (dead == nullptr) return json.add_raw("dead", "null").text();
  return json.add("dead", dead_letter_json(*dead)).text();
}

}  // namespace syncq
