#include "cli/options/command_line.h"

// The options that every command has.

namespace syncq {
namespace {

constexpr std::string_view kEnvironment =
    "Environment:\n"
    "  SYNCQ_STATE_DIR   where the daemon keeps its state\n"
    "  SYNCQ_SOCKET      the daemon's socket, as --socket\n"
    "  SYNCQ_ENDPOINT    a daemon by URL, as --endpoint\n"
    "  SYNCQ_SSH         the command to use for ssh:// in place of ssh\n"
    "  SYNCQ_TOKEN_FILE  a file with the bearer token for an endpoint\n"
    "  SYNCQ_NO_SPAWN=1  never start a daemon, as --no-spawn\n";

}  // namespace

void CommandLine::output(ClientOptions& options) {
  choice("-o,--output", options.output, {"raw", "json"},
         "raw: for people and shells; json: for programs, see syncq-json(7)");
}

void CommandLine::wide(ClientOptions& options) {
  flag("--wide", options.wide, "All columns, UUIDs too, and none cut short");
}

void CommandLine::watch(ClientOptions& options) {
  flag("-w,--watch", options.watch,
       "Show it again whenever it changes, until Ctrl-C");
}

void CommandLine::socket(ClientOptions& options) {
  option("--socket", options.socket, "The local daemon's socket", "FILE");
}

void CommandLine::endpoint(ClientOptions& options) {
  option("-e,--endpoint", options.endpoint,
         "A daemon by URL: ssh://[USER@]HOST[:PORT], http://HOST:PORT or "
         "unix:/path",
         "URL");
}

void CommandLine::client_options(ClientOptions& options) {
  output(options);
  endpoint(options);
  socket(options);
  flag("--no-spawn", options.no_spawn,
       "Fail if no daemon runs instead of starting it");
}

std::string common_options_help() {
  ClientOptions options;
  CommandLine line("syncq COMMAND [OPTIONS] ...", "What every command takes.");
  line.client_options(options);
  line.footer(kEnvironment);
  return line.help();
}

}  // namespace syncq
