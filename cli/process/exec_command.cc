#include "cli/process/exec_command.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

#include "cli/base/exit_code.h"
#include "cli/base/output.h"

namespace syncq {

namespace {

// execvp(3) tries an exec in each directory of PATH; looking first costs a
// tenth of a failing exec.
void exec_first_in_path(Arguments command) {
  std::string_view name = command[0];
  const char* value = std::getenv("PATH");
  if (value == nullptr || name.empty() || name.find('/') != name.npos) return;
  std::string_view path = value;
  std::string file;
  for (;;) {
    std::size_t colon = path.find(':');
    // An empty entry is the working directory (POSIX.1-2017, XBD 8.3).
    file = path.substr(0, colon);
    if (!file.empty()) file += '/';
    file += name;
    if (faccessat(AT_FDCWD, file.c_str(), X_OK, AT_EACCESS) == 0) {
      execv(file.c_str(), command.data());
    }
    if (colon == path.npos) return;
    path.remove_prefix(colon + 1);
  }
}

}  // namespace

// POSIX.1-2017, XCU 2.8.2: 127 for a command that is not found, 126 for one
// that is found but can't be executed.
int exit_code_for_exec(int error) {
  return error == ENOENT || error == ENOTDIR ? kExitNotFound
                                             : kExitNotExecutable;
}

int exec_command(Arguments command) {
  exec_first_in_path(command);
  // execvp knows the rules for everything but plain success.
  execvp(command[0], command.data());
  return errno;
}

int report_exec_error(Arguments command, int error) {
  std::string_view name = command[0];
  bool searched = name.find('/') == name.npos;
  std::string_view why =
      error == ENOENT && searched ? "command not found" : std::strerror(error);
  say(fmt::format("{}: {}", name, why));
  return exit_code_for_exec(error);
}

}  // namespace syncq
