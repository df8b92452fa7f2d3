#pragma once

namespace syncq {

// Closes every fd from `first` on. Async-signal-safe.
void close_from(int first);

}  // namespace syncq
