#pragma once

#include <string_view>

#include "common/result.h"

namespace syncq {

inline constexpr std::size_t kMaxNameLength = 255;

// The path /fifo/new makes FIFOs, and would shadow one of that name.
inline constexpr std::string_view kReservedFifoName = "new";

// Checks a FIFO's or queue's name: 1 to 255 of A-Z a-z 0-9 . _ : - and neither
// a form of a UUID, nor one of the segments . and .. that clients remove from a
// path. Refuses with kInvalidName; `what` ("FIFO", "queue") begins the message.
Result<> check_name(std::string_view name, std::string_view what);

// The same for a new FIFO's name, which can't be kReservedFifoName either.
Result<> check_fifo_name(std::string_view name);

}  // namespace syncq
