#include <fmt/format.h>

#include "cli/base/exit_code.h"
#include "cli/base/output.h"
#include "cli/options/command_line.h"
#include "cli/version.h"
#include "common/version.h"

namespace syncq {

int version_command(Arguments arguments) {
  // Plain `syncq version` needs no option tree.
  if (arguments.empty()) {
    print(fmt::format("syncq {}\n", kVersion));
    return kExitOk;
  }
  ClientOptions options;
  CommandLine line("syncq version [OPTIONS]", "Print this program's version.");
  line.client(options);
  line.footer(
      "The daemon's version is in `syncq status`.\n\n"
      "Examples:\n  syncq version\n  syncq version -o json\n\n"
      "Exit codes: 0; 2 usage\n\n");
  if (auto code = line.parse(arguments)) return *code;
  print(options.json()
            ? fmt::format("{{\"version\":\"{}\",\"api\":1}}\n", kVersion)
            : fmt::format("syncq {}\n", kVersion));
  return kExitOk;
}

}  // namespace syncq
