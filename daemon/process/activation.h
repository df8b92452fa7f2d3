#pragma once

#include <string>

#include "common/unique_fd.h"

namespace syncq {

// The listening socket that systemd or inetd-like tools hand over by LISTEN_FDS
// (sd_listen_fds(3)); none if there is none for this process. Takes the
// variables out of the environment.
UniqueFd take_inherited_socket();

// The path that a Unix socket is bound to; "" if it is bound to none.
std::string bound_path(const UniqueFd& socket);

}  // namespace syncq
