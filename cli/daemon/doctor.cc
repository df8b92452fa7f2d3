#include <fmt/format.h>

#include "cli/base/exit_code.h"
#include "cli/base/failure.h"
#include "cli/base/output.h"
#include "cli/client/target.h"
#include "cli/daemon/daemon_commands.h"
#include "cli/options/command_line.h"
#include "daemon/process/instance_lock.h"
#include "daemon/store/doctor.h"

namespace syncq {
namespace {

constexpr std::string_view kHelp =
    "Looks at every page and row of the store, at what the daemon relies on in "
    "them, and\nat the directories, and changes nothing. --repair makes a new "
    "store of all that can\nbe read; the old one is kept beside it. The daemon "
    "must not run.\n\n"
    "Examples:\n"
    "  syncq daemon stop; syncq doctor\n"
    "  syncq doctor --repair\n\n"
    "Environment:\n"
    "  SYNCQ_STATE_DIR   where the daemon keeps its state\n\n"
    "Exit codes: 0 all is well, or repaired; 1 it is not; 2 usage\n";

// While it is held, no daemon starts.
InstanceLock lock_state(const Paths& paths) {
  Result<> made = make_directories(paths);
  if (!made) throw Failure(made.refusal().message);
  pid_t holder = 0;
  auto lock = InstanceLock::acquire(paths.instance_lock(), holder);
  if (!lock) {
    throw Failure(
        fmt::format("looking at the store {}: the daemon (process "
                    "{}) has it open; `syncq daemon stop` first",
                    paths.store(), holder));
  }
  return std::move(*lock);
}

void print_all(std::string_view before, const std::vector<std::string>& lines) {
  for (const std::string& line : lines) {
    print_line(fmt::format("{}{}", before, line));
  }
}

}  // namespace

int doctor_command(Arguments arguments) {
  bool repair = false;
  CommandLine line("syncq doctor [--repair]",
                   "Check that the daemon's store is intact.");
  line.flag("--repair", repair, "Make a new store of what can be read");
  line.footer(kHelp);
  if (auto code = line.parse(arguments)) return *code;

  Result<Paths> paths = find_paths({});
  if (!paths) throw Failure(paths.refusal().message);
  InstanceLock lock = lock_state(*paths);
  std::string store = paths->store();
  std::vector<std::string> faults = examine_store(store);
  print_all("fault: ", faults);
  if (faults.empty()) {
    print_line(fmt::format("{}: no fault found", store));
    return kExitOk;
  }
  if (!repair) {
    say(fmt::format(
        "{} is damaged; `syncq doctor --repair` keeps it, and makes "
        "a new one of what can be read",
        store));
    return kExitFailed;
  }
  print_all("", repair_store(store));
  return kExitOk;
}

}  // namespace syncq
