#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string_view>

#include "cli/base/output.h"
#include "cli/run/hooks.h"
#include "common/duration.h"
#include "common/environment.h"

namespace syncq {
namespace {

// The shell that we start ends at once: what it leaves in the background
// belongs to init.
constexpr const char* kBeside = "sh -c \"$1\" sh \"$2\" </dev/null >&2 &";

// notify-send(1) of libnotify.
constexpr std::string_view kDesktop =
    "command -v notify-send >/dev/null && exec notify-send -a syncq syncq "
    "\"$1\"";

bool has_desktop() {
  return !env("DISPLAY").empty() || !env("WAYLAND_DISPLAY").empty();
}

}  // namespace

void run_hook(const std::string& command, const std::string& text) {
  std::string words[] = {"sh", "-c", kBeside, "sh", command, text};
  char* arguments[] = {words[0].data(), words[1].data(), words[2].data(),
                       words[3].data(), words[4].data(), words[5].data(),
                       nullptr};
  // Over TCP our signals are blocked while we wait.
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
  posix_spawnattr_setsigmask(&attributes, &none);
  pid_t pid = 0;
  int error =
      posix_spawn(&pid, "/bin/sh", nullptr, &attributes, arguments, environ);
  posix_spawnattr_destroy(&attributes);
  if (error != 0) {
    say(fmt::format("`{}` can't be run: {}", command, std::strerror(error)));
    return;
  }
  while (waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
  }
}

void notify_turn(const std::string& fifo, Duration waited) {
  ring_bell();
  const std::string text = fmt::format("got the turn of {} after {}", fifo,
                                       describe_duration(waited));
  if (std::string_view command = env("SYNCQ_NOTIFY"); !command.empty()) {
    run_hook(std::string(command), text);
  } else if (has_desktop()) {
    run_hook(std::string(kDesktop), text);
  }
}

}  // namespace syncq
