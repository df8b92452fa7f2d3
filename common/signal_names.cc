#include "common/signal_names.h"

#include <charconv>
#include <csignal>
#include <cstring>

#include "common/ascii_case.h"

namespace syncq {

std::string signal_name(int number) {
  const char* name = sigabbrev_np(number);
  return name == nullptr ? std::to_string(number) : name;
}

std::optional<int> signal_number(std::string_view name) {
  int number = 0;
  const char* end = name.data() + name.size();
  auto read = std::from_chars(name.data(), end, number);
  if (read.ec == std::errc() && read.ptr == end) {
    bool known = number > 0 && number <= SIGRTMAX;
    return known ? std::optional(number) : std::nullopt;
  }
  constexpr std::string_view kPrefix = "SIG";
  if (equal_in_any_case(name.substr(0, kPrefix.size()), kPrefix)) {
    name.remove_prefix(kPrefix.size());
  }
  for (number = 1; number < NSIG; ++number) {
    const char* known = sigabbrev_np(number);
    if (known != nullptr && equal_in_any_case(name, known)) return number;
  }
  return std::nullopt;
}

}  // namespace syncq
