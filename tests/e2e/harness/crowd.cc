#include "tests/e2e/harness/crowd.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <stdexcept>

namespace syncq::e2e {
namespace {

int connect_to(const std::string& path) {
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  if (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    close(fd);
    throw std::runtime_error("connecting to " + path);
  }
  return fd;
}

}  // namespace

Crowd::Crowd(const std::string& socket, int count, const std::string& bytes) {
  for (; count > 0; --count) {
    fds_.push_back(connect_to(socket));
    send(fds_.back(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  }
}

Crowd::~Crowd() {
  for (int fd : fds_) close(fd);
}

}  // namespace syncq::e2e
