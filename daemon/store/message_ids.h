#pragma once

#include <cstdint>

namespace syncq {

// The ids of messages in SQLite: a generation's are together and in order.
// The low bits are the offset.
inline constexpr int kOffsetBits = 36;

constexpr std::int64_t message_id(std::int64_t generation,
                                  std::int64_t offset) {
  return (generation << kOffsetBits) | offset;
}
constexpr std::int64_t first_id(std::int64_t generation) {
  return message_id(generation, 0);
}
constexpr std::int64_t last_id(std::int64_t generation) {
  return first_id(generation + 1) - 1;
}
constexpr std::int64_t bin_of(std::int64_t id) { return id >> kOffsetBits; }
constexpr std::int64_t offset_of(std::int64_t id) {
  return id - first_id(bin_of(id));
}

}  // namespace syncq
