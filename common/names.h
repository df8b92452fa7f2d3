#pragma once

#include <string_view>

#include "common/result.h"

namespace syncq {

inline constexpr std::size_t kMaxNameLength = 255;

// In bytes.
inline constexpr std::size_t kMaxGroupLength = 256;

// How many FIFOs one may want a turn of at once.
inline constexpr std::size_t kMostFifosAtOnce = 16;

// The path /fifo/new makes FIFOs, and would shadow one of that name.
inline constexpr std::string_view kReservedFifoName = "new";

// Checks a FIFO's or queue's name: 1 to 255 of A-Z a-z 0-9 . _ : - and neither
// a form of a UUID, nor one of the segments . and .. that clients remove from a
// path. Refuses with kInvalidName; `what` ("FIFO", "queue") begins the message.
Result<> check_name(std::string_view name, std::string_view what);

// The same for a new FIFO's name, which can't be kReservedFifoName either.
Result<> check_fifo_name(std::string_view name);

// Checks the name of a message's group: 1 to 256 bytes of printable UTF-8.
// Refuses with kInvalidName.
Result<> check_group(std::string_view group);

}  // namespace syncq
