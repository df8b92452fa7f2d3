#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <string_view>

#include "cli/terminal.h"

namespace syncq {
namespace {

constexpr std::size_t kUsualColumns = 80;
constexpr std::size_t kFewestColumns = 20;

std::string_view env(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view() : value;
}

}  // namespace

std::optional<std::size_t> live_columns() {
  if (!env("NO_COLOR").empty() || env("TERM") == "dumb") return std::nullopt;
  if (tcgetpgrp(STDERR_FILENO) != getpgrp()) return std::nullopt;
  winsize size{};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) {
    return kUsualColumns;
  }
  if (size.ws_col < kFewestColumns) return std::nullopt;
  return size.ws_col;
}

// The order of locale(7): the first that is set decides.
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
