#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <new>
#include <string>
#include <vector>

#include "cli/base/exit_code.h"
#include "cli/base/failure.h"
#include "cli/base/output.h"
#include "cli/base/terminal.h"
#include "cli/client/client.h"
#include "cli/process/exec_command.h"
#include "cli/run/command_turn.h"
#include "cli/run/nested.h"
#include "cli/run/run_in_turn.h"
#include "cli/shim/reading.h"
#include "cli/shim/shim_command.h"
#include "cli/shim/shim_path.h"
#include "cli/shim/tools.h"
#include "common/environment.h"

namespace syncq {
namespace {

// The FIFO of the turn that the outermost shim has taken.
constexpr const char* kOutermost = "SYNCQ_SHIM";

// A tool as a shim was called for it.
struct Call {
  std::string tool;
  std::string program;
  // What to become: the program, and the words as they came; then a nullptr.
  std::vector<char*> command;

  Arguments arguments() const {
    return Arguments(command.data(), command.size() - 1);
  }
};

int become(const Call& call) {
  return report_exec_error(call.arguments(), exec_command(call.arguments()));
}

bool wants_turn(Effect effect) {
  if (effect == Effect::kPerson) return isatty(STDIN_FILENO) == 0;
  return effect == Effect::kTurn;
}

std::string label_of(const Call& call) {
  std::string tool = call.tool;
  std::vector<char*> words = call.command;
  words.front() = tool.data();
  return default_label(Arguments(words.data(), words.size() - 1));
}

// With a turn, a hook or a script does not wait for another one: somebody who
// has that might wait for ours.
bool is_in_turn(Client& client) {
  const std::string outermost(env(kOutermost));
  return !outermost.empty() && nested_in(client, outermost, {}) != Nested::kNo;
}

int become_in_turn(const Call& call, const std::string& fifo) {
  RunOptions options;
  options.name = fifo;
  options.command = call.arguments();
  options.label = label_of(call);
  options.nested = "within";
  // What the tool says on stderr is read by programs.
  options.client.quiet = !live_columns();
  Client* client = nullptr;
  try {
    // Never destroyed: see run_in_turn().
    client = new Client(options.client);
    client->connect();
  } catch (const Failure& failure) {
    say(fmt::format("{} goes on without its turn: {}", call.tool,
                    failure.what()));
    return become(call);
  }
  try {
    if (is_in_turn(*client)) return become(call);
    setenv(kOutermost, fifo.c_str(), 1);
    return run_in_turn(*client, options);
  } catch (const Failure& failure) {
    options.client.quiet = false;
    return report_failed_run(options, failure);
  }
}

}  // namespace

int called_shim_command(Arguments arguments) {
  if (arguments.empty()) {
    return usage_error("syncq __shim", "shims call this: see `syncq shim -h`");
  }
  const std::filesystem::path shim = arguments.front();
  const std::string directory =
      shim.has_parent_path() ? shim.parent_path().string() : ".";
  Call call;
  call.tool = shim.filename();
  const auto program = next_in_path(call.tool, directory, env("PATH"));
  if (!program) {
    say(fmt::format("{}: there is no other {} in PATH, after {}",
                    arguments.front(), call.tool, directory));
    return kExitNotFound;
  }
  call.program = *program;
  call.command.assign(arguments.begin(), arguments.end());
  call.command.front() = call.program.data();
  call.command.push_back(nullptr);
  const std::vector<std::string_view> words(arguments.begin() + 1,
                                            arguments.end());
  try {
    const Plan plan = plan_call(call.tool, words);
    if (wants_turn(plan.effect)) return become_in_turn(call, plan.fifo);
    if (plan.effect == Effect::kReads) keep_from_locking();
    return become(call);
  } catch (const std::bad_alloc&) {
    say(fmt::format("{}: {}", call.tool, kNoMemory));
    return kExitOwnFailure;
  }
}

}  // namespace syncq
