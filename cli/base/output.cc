#include "cli/base/output.h"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "cli/base/exit_code.h"
#include "cli/base/failure.h"
#include "cli/base/no_sigpipe.h"
#include "cli/base/text.h"

namespace syncq {
namespace {

// To the line's start, and clear from there on (ECMA-48 ED): a terminal that
// became narrower may have broken the live line into several.
constexpr std::string_view kClearLiveLine = "\r\x1b[J";

// False if the rest can't be written; errno says why.
bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t count = write(fd, bytes.data(), bytes.size());
    if (count >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(count));
    } else if (errno == EAGAIN) {
      // Another process made this terminal or pipe non-blocking.
      pollfd ready{fd, POLLOUT, 0};
      poll(&ready, 1, 1000);
    } else if (errno != EINTR) {
      return false;
    }
  }
  return true;
}

void write_stderr(std::string_view bytes) {
  NoSigpipe guard;
  write_all(STDERR_FILENO, bytes);
}

}  // namespace

void say(std::string_view text) {
  write_stderr(fmt::format("syncq: {}\n", sanitize(text)));
}

void ask(std::string_view question) {
  write_stderr(fmt::format("syncq: {} [y/N] ", sanitize(question)));
}

int usage_error(std::string_view command, std::string_view what) {
  write_stderr(fmt::format("{}: {}; see `{} --help`\n", command, sanitize(what),
                           command));
  return kExitUsage;
}

void draw_live_line(std::string_view text, std::size_t columns) {
  // Some terminals wrap at the last column. The cursor goes back to the start,
  // so that all of it can be cleared however it was broken.
  write_stderr(std::string(kClearLiveLine) +
               cut_to_width(sanitize(text), columns - 1) + "\r");
}

void clear_live_line() { write_stderr(kClearLiveLine); }

void ring_bell() {
  if (isatty(STDERR_FILENO) != 0) write_stderr("\a");
}

void print(std::string_view data) {
  if (!write_all(STDOUT_FILENO, data)) {
    throw Failure(
        fmt::format("writing to stdout: {}; what was asked for has "
                    "been done, its answer is lost",
                    std::strerror(errno)));
  }
}

void print_line(std::string_view data) {
  print(data.ends_with('\n') ? std::string(data) : std::string(data) + "\n");
}

}  // namespace syncq
