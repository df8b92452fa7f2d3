#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/base/exit_code.h"
#include "cli/base/failure.h"
#include "cli/base/output.h"
#include "cli/client/print_reply.h"
#include "cli/client/target.h"
#include "cli/daemon/daemon_commands.h"
#include "cli/daemon/findings.h"
#include "cli/options/command_line.h"
#include "common/characters.h"
#include "daemon/process/instance_lock.h"
#include "daemon/store/doctor.h"

namespace syncq {
namespace {

using Level = Finding::Level;

constexpr std::string_view kDoctorHelp =
    "Looks at the config file, the directories, the limits, ssh, the daemon "
    "and "
    "who can reach\nit, the token, and at every page and row of the store, and "
    "changes nothing. A line each:\nok, skipped, warning or fault, and what to "
    "do. The store is looked at only while no daemon\nhas it open. With an "
    "endpoint it also tries to reach that. --repair makes a new store of\nall "
    "that can be read; the old one is kept beside it.\n\n"
    "Examples:\n"
    "  syncq doctor\n"
    "  syncq doctor -e ssh://build1\n"
    "  syncq daemon stop; syncq doctor -o json | jq '.findings[].what'\n"
    "  syncq doctor --repair\n\n"
    "Environment:\n"
    "  SYNCQ_STATE_DIR   where the daemon keeps its state\n"
    "  SYNCQ_ENDPOINT    a daemon by URL, as --endpoint\n\n"
    "Exit codes: 0 there is no fault, or it is repaired; 1 there is; 2 usage\n";

constexpr std::string_view kRepair =
    "`syncq doctor --repair` keeps it, and makes a new one of what can be read";

std::string_view name_of(Level level) {
  switch (level) {
    case Level::kOk:
      return "ok";
    case Level::kSkipped:
      return "skipped";
    case Level::kWarning:
      return "warning";
    case Level::kFault:
      break;
  }
  return "fault";
}

// While it is held, no daemon starts.
std::optional<InstanceLock> lock_state(const Paths& paths, LockHolder& holder) {
  Result<> made = make_directories(paths);
  if (!made) throw Failure(made.refusal().message);
  return InstanceLock::acquire(paths.instance_lock(), false, holder);
}

Findings look_at_store(const Paths& paths) {
  LockHolder holder;
  auto lock = lock_state(paths, holder);
  if (!lock) {
    return {{Level::kSkipped, "store",
             fmt::format("the daemon (process {}) has it open", holder.pid),
             "`syncq daemon stop; syncq doctor`"}};
  }
  Findings findings;
  for (const std::string& fault : examine_store(paths.store())) {
    findings.push_back({Level::kFault, "store", fault, std::string(kRepair)});
  }
  if (!findings.empty()) return findings;
  return {{Level::kOk, "store", paths.store() + ": no fault found", ""}};
}

// Whether there is a state directory that a daemon can use.
bool has_state(const Paths& paths) {
  return access(paths.state_dir.c_str(), F_OK) == 0 &&
         make_directories(paths).ok();
}

Findings examine_all(const Target& target, const Target& named) {
  Findings all;
  auto add = [&all](Findings more) {
    std::move(more.begin(), more.end(), std::back_inserter(all));
  };
  add(examine_config());
  add(examine_limits());
  add(examine_ssh());
  if (named.endpoint) add(examine_endpoint(named));
  add(examine_directories(target.paths));
  if (!has_state(target.paths)) return all;
  add(examine_daemon(target));
  add(examine_token(target.paths));
  add(look_at_store(target.paths));
  return all;
}

// A path may hold what would end the line, or drive the terminal.
void print_for_people(const std::string& line) { print_line(sanitize(line)); }

void print_text(const Findings& findings) {
  const std::string* last_fix = nullptr;
  for (const Finding& each : findings) {
    bool said = last_fix != nullptr && *last_fix == each.fix;
    std::string fix = each.fix.empty() || said ? "" : "; " + each.fix;
    print_for_people(fmt::format("{}: {}: {}{}", name_of(each.level),
                                 each.subject, each.what, fix));
    last_fix = &each.fix;
  }
}

void print_findings(const Findings& findings, bool good) {
  auto list = nlohmann::ordered_json::array();
  for (const Finding& each : findings) {
    list.push_back({{"level", name_of(each.level)},
                    {"subject", each.subject},
                    {"what", each.what},
                    {"fix", each.fix}});
  }
  print_json({{"ok", good}, {"findings", list}});
}

int repair(const Paths& paths, const ClientOptions& options) {
  LockHolder holder;
  auto lock = lock_state(paths, holder);
  if (!lock) {
    throw Failure(
        fmt::format("repairing the store {}: the daemon (process {}) has it "
                    "open; `syncq daemon stop` first",
                    paths.store(), holder.pid));
  }
  std::vector<std::string> report{paths.store() + ": no fault found"};
  bool faulty = !examine_store(paths.store()).empty();
  if (faulty) report = repair_store(paths.store());
  if (options.json()) {
    print_json({{"repaired", faulty}, {"report", report}});
    return kExitOk;
  }
  for (const std::string& line : report) print_for_people(line);
  return kExitOk;
}

}  // namespace

int doctor_command(Arguments arguments) {
  ClientOptions options;
  bool repairs = false;
  CommandLine line("syncq doctor [OPTIONS]",
                   "Check that the daemon, and all it relies on, is sound.");
  line.flag("--repair", repairs, "Make a new store of what can be read");
  line.output(options);
  line.endpoint(options);
  line.socket(options);
  line.footer(kDoctorHelp);
  if (auto code = line.parse(arguments)) return *code;

  Target target = find_local_target(options);
  target.may_spawn = false;
  if (repairs) return repair(target.paths, options);
  Findings findings = examine_all(target, find_target(options));
  bool good = std::none_of(
      findings.begin(), findings.end(),
      [](const Finding& each) { return each.level == Level::kFault; });
  options.json() ? print_findings(findings, good) : print_text(findings);
  return good ? kExitOk : kExitFailed;
}

}  // namespace syncq
