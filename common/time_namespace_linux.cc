#include <unistd.h>

#include <cinttypes>
#include <cstdio>
#include <string>

#include "common/process.h"
#include "common/time_namespace.h"

namespace syncq {
namespace {

ClockOffsets read_offsets() {
  // Seconds and nanoseconds of each clock, on a line of its own.
  const std::string text = read_proc(getpid(), "timens_offsets");
  std::int64_t seconds[2] = {};
  std::int64_t nanoseconds[2] = {};
  const int count = std::sscanf(
      text.c_str(),
      "monotonic %" SCNd64 " %" SCNd64 " boottime %" SCNd64 " %" SCNd64,
      &seconds[0], &nanoseconds[0], &seconds[1], &nanoseconds[1]);
  if (count != 4) return {};
  return {std::chrono::seconds(seconds[0]) + Duration(nanoseconds[0]),
          std::chrono::seconds(seconds[1]) + Duration(nanoseconds[1])};
}

}  // namespace

const ClockOffsets& clock_offsets() {
  static const ClockOffsets offsets = read_offsets();
  return offsets;
}

}  // namespace syncq
