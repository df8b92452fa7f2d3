#pragma once

#include <cstdlib>
#include <string_view>

namespace syncq {

// An environment variable; "" if it is unset.
inline std::string_view env(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view() : value;
}

}  // namespace syncq
