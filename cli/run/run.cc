#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <new>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/base/exit_code.h"
#include "cli/base/failure.h"
#include "cli/base/output.h"
#include "cli/client/client.h"
#include "cli/process/exec_command.h"
#include "cli/run/command_turn.h"
#include "cli/run/hooks.h"
#include "cli/run/join.h"
#include "cli/run/nested.h"
#include "cli/run/run_command.h"
#include "cli/run/run_in_turn.h"
#include "cli/run/run_options.h"
#include "cli/run/supervise.h"
#include "cli/run/turn.h"
#include "common/names.h"
#include "common/patience.h"
#include "common/slot_list.h"
#include "common/uuid.h"

namespace syncq {
namespace {

// Nobody looks elsewhere for less.
const Duration kNotifyAfter = patience(std::chrono::seconds(10));

HoldQuery query_of(const RunOptions& options, const Target& target) {
  HoldQuery query;
  query.fifo = options.name;
  query.slots = options.slots;
  query.terms = options.terms;
  query.preempt = options.preempt;
  if (is_in_turn()) query.inside = turns_around();
  query.label =
      options.label.empty() ? default_label(options.command) : options.label;
  query.cwd = working_directory();
  // Only a supervisor can end the command at --timeout.
  query.exec = !options.timeout;
  query.nowait = options.nowait;
  query.beats = target.is_ssh();
  if (!target.is_remote()) query.pid = getpid();
  return query;
}

constexpr std::string_view kMayWaitForItself =
    "this may wait for itself: it runs inside a turn of the same FIFO; give "
    "the inner `syncq run` another name, leave it out, or say --nested=within";

constexpr std::string_view kWouldEndItself =
    "--preempt might end the turn that this runs inside: leave it out, give "
    "the inner `syncq run` another name, or say --nested=within";

// Ends the command, or runs it, if we are inside a turn of this FIFO already;
// of several, `fifos` keeps those in which it needs one.
std::optional<int> run_nested(Client& client, const RunOptions& options,
                              std::string& fifos, WaitingLine& line) {
  const bool within = options.nested == "within";
  if (!within && (options.nowait || options.nested == "wait")) return {};
  if (!is_in_turn()) return {};
  std::string left;
  for (const std::string& fifo : split_list(fifos)) {
    Nested nested = nested_in(client, fifo, options.terms);
    if (within && nested != Nested::kNo) continue;
    left += (left.empty() ? "" : ",") + fifo;
    if (nested != Nested::kNo && !options.preempt.empty()) {
      throw Failure(std::string(kWouldEndItself));
    }
    if (nested == Nested::kSome) line.hint(kMayWaitForItself);
    if (nested != Nested::kTooManySlots) continue;
    throw Failure(
        "this runs inside the very turn that it would wait for: give the inner "
        "`syncq run` another name, leave it out, or say --nested=within");
  }
  if (left.empty()) {
    return report_exec_error(options.command, exec_command(options.command));
  }
  fifos = left;
  return {};
}

Refusal wrong_fifos(std::string message) {
  return {ErrorCode::kBadRequest, std::move(message)};
}

// Several names, with commas between them.
Result<> check_several(const RunOptions& options) {
  if (!options.terms.if_waiting.empty()) {
    return wrong_fifos(
        "--if-waiting and --settle are for a turn in one FIFO: leave them out, "
        "or name one");
  }
  if (!options.preempt.empty()) {
    return wrong_fifos(
        "--preempt is for a turn in one FIFO: leave it out, or name one");
  }
  std::vector<std::string> names = split_list(options.name);
  if (names.size() > kMostFifosAtOnce) {
    return wrong_fifos(fmt::format("{} FIFOs are named: name {} at the most",
                                   names.size(), kMostFifosAtOnce));
  }
  for (const std::string& name : names) {
    Result<> valid = check_name(name, "FIFO");
    if (!valid && !Uuid::parse(name)) return valid;
  }
  std::sort(names.begin(), names.end());
  auto twice = std::adjacent_find(names.begin(), names.end());
  if (twice == names.end()) return Nothing{};
  return wrong_fifos(
      fmt::format("FIFO {} is named twice: name each once", *twice));
}

Result<> check_fifos(const RunOptions& options) {
  if (options.name.find(',') != options.name.npos) {
    return check_several(options);
  }
  Result<> valid = check_name(options.name, "FIFO");
  if (!valid && Uuid::parse(options.name)) return Nothing{};
  return valid;
}

}  // namespace

int run_in_turn(Client& client, const RunOptions& options) {
  WaitingLine line(options.name, options.client.quiet, options.on_wait);
  HoldQuery query = query_of(options, client.target());
  if (auto code = run_nested(client, options, query.fifo, line)) return *code;
  Deadline limit =
      options.wait ? Deadline::after(*options.wait) : Deadline::never();
  std::optional<Turn> taken;
  while (!taken) {
    try {
      taken.emplace(take_turn(client, query, limit, line));
    } catch (const AlreadyWaiting& other) {
      if (options.terms.if_waiting != "join") throw;
      line.finish();
      if (auto code = join_turn(client, options, other.ticket(), limit)) {
        return *code;
      }
    }
  }
  Turn turn = std::move(*taken);
  const Duration waited = line.finish();
  if (options.notify && waited > kNotifyAfter) {
    notify_turn(options.name, waited);
  }
  tell_command(turn);
  if (query.exec && turn.grant.process_lease) {
    return report_exec_error(options.command, exec_command(options.command));
  }
  query.exec = false;
  query.ticket = turn.grant.ticket;
  query.create = false;
  return supervise(client, std::move(turn), query, options);
}

int report_failed_run(const RunOptions& options, const Failure& failure) {
  bool not_in_time = failure.exit_code() == kExitNotInTime;
  if (!not_in_time || !options.client.quiet) {
    say(fmt::format("run {}: {}", options.name, failure.what()));
  }
  if (not_in_time) return options.conflict_code;
  return failure.exit_code() == kExitUsage ? kExitUsage : kExitOwnFailure;
}

int run_command(Arguments arguments) {
  RunOptions options;
  if (auto code = parse_run_options(arguments, options)) return *code;
  Result<> valid = check_fifos(options);
  if (!valid) {
    say(fmt::format("run: {}", valid.refusal().message));
    return kExitUsage;
  }
  try {
    // Never destroyed: a thread that still tries to come back to the turn may
    // use it when we end.
    static Client& client = *new Client(options.client);
    return run_in_turn(client, options);
  } catch (const Failure& failure) {
    return report_failed_run(options, failure);
  } catch (const std::bad_alloc&) {
    say(fmt::format("run {}: {}", options.name, kNoMemory));
    return kExitOwnFailure;
  }
}

}  // namespace syncq
