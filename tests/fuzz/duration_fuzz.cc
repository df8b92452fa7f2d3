#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "common/duration.h"

using syncq::Duration;
using syncq::Result;

// A duration that parse_duration takes is within its bounds, and
// format_duration's text for it reads back as the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  Result<Duration> parsed = syncq::parse_duration(text, "timeout");
  if (!parsed) return 0;
  if (*parsed < Duration::zero() || *parsed > syncq::kMaxDuration) abort();
  Result<Duration> again =
      syncq::parse_duration(syncq::format_duration(*parsed), "timeout");
  if (!again || *again != *parsed) abort();
  if (syncq::describe_duration(*parsed).empty()) abort();
  return 0;
}
