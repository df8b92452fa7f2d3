#include "common/state_file.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <cerrno>
#include <cstring>

namespace syncq {

UniqueFd open_state_file(const std::string& path, int flags) {
  return UniqueFd(open(path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW, 0600));
}

std::string explain_state_file(int error) {
  switch (error) {
    case ELOOP:
      return "it is a symbolic link, which is not followed; remove it";
    case EISDIR:
      return "it is a directory; move it away";
    case ENOSPC:
    case EDQUOT:
      return fmt::format(
          "{}; make room there, or set SYNCQ_STATE_DIR to a directory on "
          "another disk",
          std::strerror(error));
    default:
      return fmt::format(
          "{}; set SYNCQ_STATE_DIR to a directory you can write to",
          std::strerror(error));
  }
}

}  // namespace syncq
