#include <charconv>

#include "daemon/queue/queue_types.h"

namespace syncq {

std::optional<MessageId> MessageId::parse(std::string_view text) {
  MessageId id;
  const char* end = text.data() + text.size();
  auto first = std::from_chars(text.data(), end, id.generation);
  if (first.ec != std::errc() || first.ptr == end) return std::nullopt;
  auto second = std::from_chars(first.ptr + 1, end, id.offset);
  // Whatever else can be read as numbers is no id.
  bool numbers =
      second.ec == std::errc() && id.generation >= 0 && id.offset >= 0;
  if (!numbers || id.text() != text) return std::nullopt;
  return id;
}

}  // namespace syncq
