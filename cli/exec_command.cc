#include "cli/exec_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string_view>

#include "cli/exit_code.h"
#include "cli/message.h"
#include "cli/text.h"

namespace syncq {

// POSIX.1-2017, XCU 2.8.2: 127 for a command that is not found, 126 for one
// that is found but can't be executed.
int exit_code_for_exec(int error) {
  return error == ENOENT || error == ENOTDIR ? kExitNotFound
                                             : kExitNotExecutable;
}

int exec_command(Arguments command) {
  execvp(command[0], command.data());
  return errno;
}

int report_exec_error(Arguments command, int error) {
  std::string_view name = command[0];
  bool searched = name.find('/') == name.npos;
  std::string_view why =
      error == ENOENT && searched ? "command not found" : std::strerror(error);
  say(fmt::format("{}: {}", harmless(name), why));
  return exit_code_for_exec(error);
}

}  // namespace syncq
