#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"

namespace syncq {

// The most slots a FIFO has.
inline constexpr int kMaxSlots = 1024;
// The longest list of names: each reading of the FIFO reads it.
inline constexpr std::size_t kMaxSlotList = 4096;

// How many slots a FIFO has, and what they are called.
struct SlotList {
  int count = 1;
  std::vector<std::string> names;  // empty: they have numbers only
};

// "8", or "cuda0,cuda1": names with commas between them. One name alone begins
// with a letter. Refuses with kInvalidNumber or kInvalidName.
Result<SlotList> parse_slots(std::string_view text);

// The texts between commas; none of an empty text.
std::vector<std::string> split_list(std::string_view text);

}  // namespace syncq
