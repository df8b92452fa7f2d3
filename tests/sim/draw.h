#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>

#include "common/clock.h"

namespace syncq::sim {

inline constexpr std::array<Duration, 6> kTimeouts = {
    std::chrono::seconds(0),  std::chrono::seconds(1),
    std::chrono::seconds(3),  std::chrono::seconds(10),
    std::chrono::seconds(60), std::chrono::seconds(600)};
inline constexpr std::array kQueues = {"q",    "q",      "q",  "jobs",
                                       "jobs", "q.dead", "mem"};

template <typename Array>
auto pick(const Array& from, std::uint32_t number) {
  return from[number % from.size()];
}

// One in `of`; other bits than those that pick.
inline bool rare(std::uint32_t number, std::uint32_t of) {
  return (number >> 16) % of == 0;
}

// Draws one small number after another out of an action's.
class Draw {
 public:
  explicit Draw(std::uint64_t seed) : state_(seed) {}
  std::uint32_t operator()() {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return static_cast<std::uint32_t>(state_ >> 33);
  }
  bool one_in(std::uint32_t of) { return (*this)() % of == 0; }
  std::optional<Duration> timeout(std::uint32_t one_in_so_many) {
    if (!one_in(one_in_so_many)) return std::nullopt;
    return pick(kTimeouts, (*this)());
  }

 private:
  std::uint64_t state_;
};

}  // namespace syncq::sim
