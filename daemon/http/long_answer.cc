#include "daemon/http/long_answer.h"

#include <fmt/format.h>

#include "daemon/http/json_text.h"

namespace syncq {

Listing::Listing(std::string_view kind, Slice next)
    : kind_(kind),
      next_(std::move(next)),
      body_(fmt::format("{{\"{}\":[", kind)) {}

bool Listing::step(Instant now) {
  std::vector<std::string> some;
  bool more = next_(now, some);
  for (const std::string& each : some) {
    if (count_++ > 0) body_ += ',';
    body_ += each;
  }
  return more;
}

Reply Listing::answer() {
  body_ +=
      fmt::format("],\"count\":{}}}\n", JsonObject().add(kind_, count_).text());
  return {200, kJson, std::move(body_), ""};
}

}  // namespace syncq
