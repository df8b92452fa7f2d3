#include "cli/run/run_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "cli/base/exit_code.h"
#include "cli/base/number.h"
#include "cli/base/output.h"
#include "cli/base/text.h"
#include "cli/options/command_line.h"
#include "cli/options/slots_option.h"
#include "cli/run/preempting.h"
#include "common/duration.h"

namespace syncq {
namespace {

constexpr std::string_view kRunHelp =
    "Waits for its turn in the FIFO NAME, which is made if there is none, "
    "then becomes\nthe command: same process, files, signals and exit code. "
    "The turn passes on when\nthe command has ended, however it ends.\n\n"
    "With --timeout the command is a child of syncq, which then passes "
    "signals on. As with\ntimeout(1), the command and what it has started are "
    "sent TERM after D, and KILL after\n--kill-after more if that is "
    "given.\n\n"
    "With several names, NAME,NAME, it has its turn in all of them at once, or "
    "waits.\n\n"
    "If another waits in the line already (not: has its turn), --if-waiting "
    "says what is done:\nqueue stands behind it; skip gives up at once; join "
    "runs nothing, waits for the end of\nthat one, and exits as it does; "
    "replace ends its wait and stands at the end of the line.\n\n"
    "With --settle D the turn comes when nobody has asked anew for D: who "
    "does replaces who\nwaits, unless --if-waiting says otherwise. --at-most "
    "bounds that.\n\n"
    "--preempt ends the command that has the turn, and stands before all who "
    "wait. The turn\ncomes when that has ended; of several those that began "
    "last are ended, as many as must.\nGRACE 0 is no KILL.\n\n"
    "A limit of 0 is none.\n\n"
    "Examples:\n"
    "  syncq run deploy -- make deploy\n"
    "  syncq run -n backup -- ./backup.sh        skip it if one runs\n"
    "  syncq run -w 30s -E 0 db -- ./migrate     wait this long, else exit 0\n"
    "  syncq run --slots 4 builds -- make        four at once\n"
    "  syncq run --priority 10 builds -- make release   pass those who wait\n"
    "  syncq run --shared data -- ./report       beside others that only read\n"
    "  syncq run --if-waiting replace site -- ./build   the last change "
    "counts\n"
    "  syncq run --settle 2s site -- ./build     when changes have ended\n"
    "  syncq run --preempt=INT:30s deploy -- ./hotfix   ends what runs\n"
    "  syncq run --slots cuda0,cuda1 gpu -- ./train   SYNCQ_SLOT=cuda0\n"
    "  syncq run --slots 8 --take 3 gpu -- ./train   three of eight, at once\n"
    "  syncq run db,cache -- ./migrate           alone in both\n"
    "  syncq run --timeout 10m ci -- ./test\n"
    "  syncq run --on-wait 'notify-send \"$1\"' --notify gpu -- ./train\n\n"
    "Environment of the command:\n"
    "  SYNCQ_FIFO, SYNCQ_TICKET   the UUIDs of the FIFO and of its turn\n"
    "  SYNCQ_FENCE                a number that grows with every turn\n"
    "  SYNCQ_SLOT                 its slot, 0 to N-1 or a name, no one else's "
    "now; "
    "shared "
    "ones\n                             have one together\n"
    "  SYNCQ_SLOTS                all its slots, as 0,1,4, of which that is "
    "the "
    "first\n"
    "  SYNCQ_FIFOS, SYNCQ_FENCES  of turns in several FIFOs those of all, with "
    "commas\n"
    "  SYNCQ_TURNS                the tickets of all turns that it is in\n"
    "\n"
    "Exit codes: the command's own, and\n"
    "  75   the turn was not had in time (-n, -w, wait timeout), or because of "
    "--if-waiting;\n       -E changes it\n"
    "  124  --timeout ended the command; 137 if it took KILL\n"
    "  125  syncq itself failed; the command did not run, or lost its turn\n"
    "  126  the command can't be executed    127  it is not found\n"
    "  2    usage\n\n";

constexpr int kLargestCode = 255;

struct Texts {
  std::string wait;
  std::string conflict_code;
  std::string timeout;
  std::string kill_after;
};

void add_options(CommandLine& line, RunOptions& options, Texts& texts) {
  line.required("-u,--uuid,NAME", options.name,
                "The FIFO's name or UUID; several with commas", "FIFOS");
  line.flag("-n,--nowait", options.nowait, "Don't wait for the turn");
  line.duration("-w,--wait", texts.wait, "Wait for it no longer than this");
  line.number("-E,--conflict-exit-code", texts.conflict_code, 0, kLargestCode,
              "The exit code if the turn was not had (default 75)");
  add_slots_option(
      line, options.slots,
      "How many may run at once, for a new FIFO (default 1), or the "
      "names of its slots: a,b,c");
  options.terms.add_options(line, {"queue", "skip", "join", "replace"});
  add_preempt_option(line, options.preempt);
  line.duration("--timeout", texts.timeout, "End the command after this long");
  line.duration("--kill-after", texts.kill_after,
                "Kill it this long after --timeout's TERM");
  line.option("--label", options.label,
              "What others see of it (default: the command line)");
  line.choice("--nested", options.nested, {"refuse", "within", "wait"},
              "Inside a turn of the same FIFO: run within that turn, or wait "
              "(default: refuse what would wait for itself)");
  line.flag("--notify", options.notify,
            "Ring the bell when the turn comes after more than 10s, and run "
            "$SYNCQ_NOTIFY, or notify the desktop");
  line.option("--on-wait", options.on_wait,
              "A shell command to run once if it has to wait; $1 says for "
              "what");
  line.flag("-q,--quiet", options.client.quiet, "Say nothing while waiting");
  line.client(options.client);
  line.footer(kRunHelp);
}

std::optional<Duration> limit(const std::string& text) {
  if (text.empty()) return std::nullopt;
  // The option's check has parsed it before.
  Duration duration = parse_duration(text, "limit").value();
  if (duration == Duration::zero()) return std::nullopt;
  return duration;
}

constexpr std::string_view kCommand = "syncq run";

// What does not go with --preempt, and why; "" for nothing. After the terms
// are complete.
std::string_view beside_preempt(const RunOptions& options) {
  if (options.preempt.empty()) return {};
  if (options.nowait) {
    return "-n never waits, and --preempt does until the others have ended: "
           "give one";
  }
  if (!options.terms.priority.empty() || !options.terms.if_waiting.empty()) {
    return "--preempt stands before all who wait: leave --priority, "
           "--if-waiting and --settle out";
  }
  if (options.nested == "wait") {
    return "--preempt might end the turn around it: leave it or --nested=wait "
           "out";
  }
  return {};
}

// No "--": suggests the line that was probably meant.
int missing_command(Arguments before, const std::vector<std::string>& rest) {
  std::vector<std::string> meant{"syncq", "run"};
  std::size_t own = before.size() - rest.size();
  meant.insert(meant.end(), before.begin(),
               before.begin() + static_cast<long>(own));
  std::string line = shell_line(meant) + " -- ";
  line += rest.empty() ? "CMD [ARG...]" : shell_line(rest);
  return usage_error(
      kCommand,
      fmt::format("the command must stand after `--`, as in `{}`", line));
}

}  // namespace

std::optional<int> parse_run_options(Arguments arguments, RunOptions& options) {
  auto [before, command] = split_at_dashes(arguments);
  options.command = command.value_or(Arguments());
  // Plain `run NAME -- CMD` needs no option tree, which takes longer to build
  // than everything else that the client does.
  if (before.size() == 1 && before[0][0] != '-' && before[0][0] != '\0' &&
      !options.command.empty()) {
    options.name = before[0];
    return std::nullopt;
  }

  Texts texts;
  CommandLine line("syncq run [OPTIONS] NAME -- CMD [ARG...]",
                   "Run a command when it is its turn.");
  add_options(line, options, texts);
  line.stop_at_stranger();
  if (auto code = line.parse(before)) return code;
  if (!command) return missing_command(before, line.rest());
  if (auto strange = line.rest(); !strange.empty()) {
    return usage_error(kCommand,
                       fmt::format("'{}' before `--` is neither an option nor "
                                   "the FIFO's name",
                                   strange.front()));
  }
  if (options.command.empty()) return missing_command(before, {});
  if (options.nowait && !texts.wait.empty()) {
    return usage_error(kCommand, "-n waits for nothing and -w waits: give one");
  }
  if (auto wrong = options.terms.complete(); !wrong.empty()) {
    return usage_error(kCommand, wrong);
  }
  if (options.nowait && !options.terms.if_waiting.empty()) {
    return usage_error(kCommand,
                       "-n never waits: leave --if-waiting and --settle out");
  }
  if (auto wrong = beside_preempt(options); !wrong.empty()) {
    return usage_error(kCommand, wrong);
  }
  options.wait = limit(texts.wait);
  options.timeout = limit(texts.timeout);
  options.kill_after = limit(texts.kill_after);
  if (options.kill_after && !options.timeout) {
    return usage_error(kCommand,
                       "--kill-after needs --timeout: it counts from its TERM");
  }
  if (options.timeout && options.nested == "within") {
    return usage_error(kCommand,
                       "--timeout needs a turn of its own: leave it or "
                       "--nested=within out");
  }
  if (auto code = read_number(texts.conflict_code, 0, kLargestCode)) {
    options.conflict_code = static_cast<int>(*code);
  }
  return std::nullopt;
}

}  // namespace syncq
