// A file of its own: <term.h> has macros for words such as `columns`.

#include "cli/top/terminfo.h"

#include <fmt/format.h>
#include <unistd.h>

#include "common/environment.h"

// Last, for their macros.
#include <curses.h>
#include <term.h>

namespace syncq {
namespace {

constexpr std::string_view kRemedy =
    "use `syncq top --once` to print what there is, or `syncq ls -w`";

}  // namespace

std::string why_no_screen() {
  if (isatty(STDIN_FILENO) == 0 || isatty(STDOUT_FILENO) == 0) {
    return fmt::format("syncq top needs a terminal at stdin and stdout; {}",
                       kRemedy);
  }
  const std::string term(env("TERM"));
  if (term.empty()) {
    return fmt::format("syncq top can't know this terminal without TERM; {}",
                       kRemedy);
  }
  int why = 0;
  if (setupterm(nullptr, STDOUT_FILENO, &why) != OK) {
    return fmt::format(
        "syncq top finds no terminfo for TERM={}: set TERM to a terminal that "
        "it knows, such as xterm, or {}",
        term, kRemedy);
  }
  if (tigetstr("cup") == nullptr) {
    return fmt::format("a terminal of TERM={} can't move its cursor; {}", term,
                       kRemedy);
  }
  return {};
}

}  // namespace syncq
