#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <string_view>

#include "cli/base/terminal.h"
#include "common/environment.h"

namespace syncq {
namespace {

constexpr std::size_t kUsualColumns = 80;
constexpr std::size_t kFewestColumns = 20;

constexpr std::size_t kUsualRows = 24;

TerminalSize size_of(int fd) {
  winsize size{};
  bool known = ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col != 0;
  if (!known) return {kUsualColumns, kUsualRows};
  return {size.ws_col, size.ws_row != 0 ? size.ws_row : kUsualRows};
}

std::size_t columns_of(int fd) { return size_of(fd).columns; }

}  // namespace

std::optional<std::size_t> live_columns() {
  if (env("TERM") == "dumb") return std::nullopt;
  if (tcgetpgrp(STDERR_FILENO) != getpgrp()) return std::nullopt;
  std::size_t columns = columns_of(STDERR_FILENO);
  if (columns < kFewestColumns) return std::nullopt;
  return columns;
}

std::optional<std::size_t> table_columns() {
  if (isatty(STDOUT_FILENO) == 0) return std::nullopt;
  return columns_of(STDOUT_FILENO);
}

TerminalSize stdout_size() { return size_of(STDOUT_FILENO); }

bool can_redraw_stdout() {
  return isatty(STDOUT_FILENO) != 0 && env("TERM") != "dumb";
}

bool stdout_has_colours() {
  return can_redraw_stdout() && env("NO_COLOR").empty();
}

bool in_foreground() {
  pid_t group = tcgetpgrp(STDOUT_FILENO);
  // None: nobody controls a job by this terminal.
  return group < 0 || group == getpgrp();
}

// The order of locale(7): the first one set decides.
bool has_utf8_locale() {
  std::string_view locale = env("LC_ALL");
  if (locale.empty()) locale = env("LC_CTYPE");
  if (locale.empty()) locale = env("LANG");
  for (std::string_view name : {"UTF-8", "utf-8", "UTF8", "utf8"}) {
    if (locale.find(name) != locale.npos) return true;
  }
  return false;
}

}  // namespace syncq
