#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/base/exit_code.h"
#include "cli/base/failure.h"
#include "cli/base/no_sigpipe.h"
#include "cli/base/output.h"
#include "cli/client/connect_or_spawn.h"
#include "cli/daemon/byte_pump.h"
#include "cli/daemon/daemon_commands.h"
#include "cli/options/command_line.h"
#include "cli/ssh/ssh_connect.h"

namespace syncq {
namespace {

constexpr std::string_view kDaemonDialHelp =
    "Connects to this machine's daemon, starting it if none runs, and carries "
    "bytes between\nit and stdin and stdout until the daemon closes. "
    "`syncq -e ssh://HOST ...` runs it at the\nother end of ssh; it is of no "
    "other use but to programs that speak HTTP.\n\n"
    "Examples:\n"
    "  syncq -e ssh://build1 run deploy -- make deploy\n"
    "  printf 'GET /status HTTP/1.0\\r\\n\\r\\n' | ssh build1 syncq daemon "
    "dial\n\n"
    "Exit codes: 0 the daemon has closed; 1 there is none; 2 usage\n\n";

// ssh may have logged in for a client that has ended since. One that is there
// says something; whoever types gets a daemon a little later.
bool client_has_left() {
  constexpr int kPatienceMs = 1000;
  pollfd input{STDIN_FILENO, POLLIN | POLLRDHUP, 0};
  int unread = 0;
  return poll(&input, 1, kPatienceMs) > 0 &&
         (input.revents & (POLLHUP | POLLRDHUP)) != 0 &&
         ioctl(STDIN_FILENO, FIONREAD, &unread) == 0 && unread == 0;
}

void make_blocking(int fd) {
  fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK);
}

}  // namespace

int daemon_dial_command(Arguments arguments) {
  ClientOptions options;
  bool greets = false;
  CommandLine line("syncq daemon dial [OPTIONS]",
                   "Carry bytes between stdin, stdout and the daemon.");
  line.flag("--greet", greets,
            "First print a line that says whether a daemon is reached");
  line.flag("--no-spawn", options.no_spawn, "Fail if no daemon runs");
  line.socket(options);
  line.footer(kDaemonDialHelp);
  if (auto code = line.parse(arguments)) return *code;

  Target target = find_local_target(options);
  Link link = connect_if_running(target);
  if (!link && target.may_spawn) {
    if (greets) print_line(kDialAsks);
    if (!client_has_left()) link = connect_or_spawn(target);
  }
  if (greets) print_line(link ? kDialGreeting : kDialNone);
  if (!link) return kExitFailed;
  make_blocking(link.fd.get());
  NoSigpipe no_sigpipe;
  pump_bytes(link.fd.get());
  return kExitOk;
}

}  // namespace syncq
