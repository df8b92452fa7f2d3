#include <nlohmann/json.hpp>

#include "cli/base/exit_code.h"
#include "cli/base/failure.h"
#include "cli/base/output.h"
#include "cli/client/print_reply.h"
#include "cli/daemon/daemon_commands.h"
#include "cli/options/command_line.h"
#include "common/token.h"

namespace syncq {
namespace {

constexpr std::string_view kDaemonTokenHelp =
    "A request to a daemon that listens on TCP has to bear its token. It is in "
    "the state\ndirectory, made when it is first needed, and the same until "
    "--rotate makes a new one;\nthe old one is worth nothing from then on, "
    "with no restart.\n\n"
    "Examples:\n"
    "  ssh build1 syncq daemon token > ~/.config/syncq/build1.token\n"
    "  export SYNCQ_TOKEN_FILE=~/.config/syncq/build1.token\n"
    "  syncq -e http://build1:7077 status\n\n"
    "Environment:\n"
    "  SYNCQ_STATE_DIR   where the daemon keeps its state\n\n"
    "Exit codes: 0; 1 it can't be read or made; 2 usage\n";

}  // namespace

int daemon_token_command(Arguments arguments) {
  ClientOptions options;
  bool rotate = false;
  CommandLine line("syncq daemon token [OPTIONS]",
                   "Print the token that requests over TCP have to bear.");
  line.flag("--rotate", rotate, "Make a new one in its place first");
  line.output(options);
  line.footer(kDaemonTokenHelp);
  if (auto code = line.parse(arguments)) return *code;

  Result<Paths> paths = find_paths({});
  if (!paths) throw Failure(paths.refusal().message);
  Result<> made = make_directories(*paths);
  if (!made) throw Failure(made.refusal().message);
  Result<std::string> token =
      rotate ? make_token(paths->token()) : get_or_make_token(paths->token());
  if (!token) throw Failure(token.refusal().message);
  if (options.json()) {
    print_json({{"token", *token}});
  } else {
    print_line(*token);
  }
  return kExitOk;
}

}  // namespace syncq
