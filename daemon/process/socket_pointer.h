#pragma once

#include "common/paths.h"

namespace syncq {

// Notes in the state directory where the daemon's socket is, for clients that
// derive another place. A full disk is no error: this only helps. Throws
// std::runtime_error if the file can't be written otherwise.
void write_socket_pointer(const Paths& paths);

}  // namespace syncq
