#pragma once

#include "common/clock.h"

namespace syncq {

// Has the kernel notice within `timeout`, which is at least a second, that the
// other end of a TCP connection has vanished without a word: by probes while
// nothing is under way, and if what was sent is not acknowledged
// (TCP_USER_TIMEOUT, tcp(7)), and not much sooner.
void watch_tcp_peer(int fd, Duration timeout);

}  // namespace syncq
