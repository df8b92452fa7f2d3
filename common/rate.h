#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/clock.h"

namespace syncq {

// So many in a second, a minute or an hour.
struct Rate {
  std::int64_t count = 0;  // 0: without limit
  Duration per = Duration::zero();

  bool operator==(const Rate&) const = default;
  explicit operator bool() const { return count != 0; }
  // Between one and the next. Not without a limit.
  Duration interval() const { return per / count; }
};

inline constexpr std::int64_t kMostRate = 1'000'000;

// Of what is given at a rate: from when on the next counts, if it was due then
// and is given now. A little late is as good as in time, and the next is not
// put off for it: the loop's timers are late by a millisecond or two. What was
// not asked for until then is not made up for.
Instant counted_at(Instant due, Instant now);

// How to write one, for those who did not.
inline constexpr std::string_view kRateGrammar =
    "a number from 1 to 1000000 with /s, /m or /h, like 10/s";

// "none" or "0", where a limit is asked for.
inline bool is_none(std::string_view text) {
  return text == "none" || text == "0";
}

// Reads "10/s", "100/m", "5/h"; nullopt for all else.
std::optional<Rate> parse_rate(std::string_view text);

// As parse_rate reads it; "" of one without limit.
std::string format_rate(const Rate& rate);

}  // namespace syncq
