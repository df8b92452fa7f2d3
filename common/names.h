#pragma once

#include <string_view>

#include "common/result.h"

namespace syncq {

inline constexpr std::size_t kMaxNameLength = 255;

// Checks a FIFO's or queue's name: 1 to 255 of A-Z a-z 0-9 . _ : - and not of
// the form of a UUID. Refuses with kInvalidName; `what` ("FIFO", "queue")
// begins the message.
Result<> check_name(std::string_view name, std::string_view what);

}  // namespace syncq
