#pragma once

#include "common/clock.h"

namespace syncq {

// How far this process's clocks are ahead of the machine's own: see
// time_namespaces(7). Without them, two processes of one machine may not
// understand each other's times.
struct ClockOffsets {
  Duration monotonic{};
  Duration boot{};
};

// Zero if the system does not tell. Read once: a process stays where it is.
const ClockOffsets& clock_offsets();

}  // namespace syncq
