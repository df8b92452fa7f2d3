#include "cli/completion/completion_command.h"

#include <nlohmann/json.hpp>

#include "cli/base/exit_code.h"
#include "cli/base/output.h"
#include "cli/client/print_reply.h"
#include "cli/options/command_line.h"

namespace syncq {
namespace {

constexpr std::string_view kCompletionHelp =
    "The script that an installed syncq has already put where the shell looks "
    "for it. It asks\nsyncq itself for what can follow, FIFOs and tickets of a "
    "daemon that runs among it,\nand starts none.\n\n"
    "Examples:\n"
    "  eval \"$(syncq completion bash)\"         in ~/.bashrc\n"
    "  eval \"$(syncq completion zsh)\"          in ~/.zshrc, after compinit\n"
    "  syncq completion fish | source          in "
    "~/.config/fish/config.fish\n\n"
    "Exit codes: 0; 2 usage\n";

}  // namespace

int completion_command(Arguments arguments) {
  ClientOptions options;
  std::string shell;
  CommandLine line("syncq completion [OPTIONS] bash|zsh|fish",
                   "Print the completion script of a shell.");
  line.choice("SHELL", shell, {"bash", "zsh", "fish"}, "Which shell");
  line.output(options);
  line.footer(kCompletionHelp);
  if (auto code = line.parse(arguments)) return *code;
  if (shell.empty()) {
    return usage_error("syncq completion",
                       "say for which shell: bash, zsh or fish");
  }
  if (options.json()) {
    print_json({{"shell", shell}, {"script", completion_script(shell)}});
  } else {
    print(completion_script(shell));
  }
  return kExitOk;
}

}  // namespace syncq
