#pragma once

#include "common/unique_fd.h"
#include "daemon/http/request.h"

namespace syncq {

// False when the other end of the socket has closed or shut down its side,
// even behind input that has not been read yet.
bool peer_alive(int fd);

// True when the other end has closed the socket: it reads no more either.
bool hung_up(int fd);

// True when something can be read from the socket, or its end.
bool input_waits(int fd);

// The errno that the socket has failed with, once; 0 for none.
int socket_error(int fd);

// Who is at the other end of a Unix socket.
Peer peer_of(int fd);

// A pidfd of that process, though it may be gone. None before Linux 6.16 if it
// is, before 6.5 in any case.
UniqueFd peer_pidfd(int fd);

}  // namespace syncq
