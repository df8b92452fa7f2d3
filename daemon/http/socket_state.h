#pragma once

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

}  // namespace syncq
