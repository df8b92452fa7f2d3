#pragma once

namespace syncq {

// Carries bytes from stdin to the socket and from the socket to stdout, each as
// it comes, until the socket ends. The end of stdin ends only that direction;
// once nobody reads stdout, both end. A thread for each direction: neither
// waits for the other.
void pump_bytes(int socket);

}  // namespace syncq
