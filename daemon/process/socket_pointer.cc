#include "daemon/process/socket_pointer.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>
#include <string>

#include "common/state_file.h"
#include "common/unique_fd.h"

namespace syncq {

void write_socket_pointer(const Paths& paths) {
  std::string path = paths.socket_pointer();
  UniqueFd fd = open_state_file(path, O_WRONLY | O_CREAT | O_TRUNC);
  if (!fd && errno != ENOSPC) {
    throw std::runtime_error(
        fmt::format("writing {}: {}", path, explain_state_file(errno)));
  }
  std::string line = paths.socket + '\n';
  if (fd && write(fd.get(), line.data(), line.size()) < 0) unlink(path.c_str());
}

}  // namespace syncq
