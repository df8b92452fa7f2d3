#include "daemon/process/activation.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <string>

namespace syncq {
namespace {

// SD_LISTEN_FDS_START
constexpr int kFirst = 3;

bool names(const char* variable, const std::string& value) {
  const char* found = std::getenv(variable);
  return found != nullptr && value == found;
}

}  // namespace

UniqueFd take_inherited_socket() {
  bool ours = names("LISTEN_PID", std::to_string(getpid()));
  const char* count = std::getenv("LISTEN_FDS");
  bool any = ours && count != nullptr && std::atoi(count) >= 1;
  unsetenv("LISTEN_PID");
  unsetenv("LISTEN_FDS");
  unsetenv("LISTEN_FDNAMES");
  if (!any) return UniqueFd();
  fcntl(kFirst, F_SETFD, FD_CLOEXEC);
  return UniqueFd(kFirst);
}

std::string bound_path(const UniqueFd& socket) {
  sockaddr_un address{};
  socklen_t size = sizeof address;
  auto* raw = reinterpret_cast<sockaddr*>(&address);
  if (getsockname(socket.get(), raw, &size) != 0) return "";
  if (address.sun_family != AF_UNIX) return "";
  // It has no final NUL if it fills the array.
  return {address.sun_path, strnlen(address.sun_path, sizeof address.sun_path)};
}

}  // namespace syncq
