#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/base/confirm.h"
#include "cli/base/exit_code.h"
#include "cli/base/failure.h"
#include "cli/base/output.h"
#include "cli/client/explain.h"
#include "cli/client/print_reply.h"
#include "cli/options/command_line.h"
#include "cli/queue/queue_commands.h"
#include "cli/queue/queue_message.h"
#include "cli/queue/queue_size.h"

namespace syncq {
namespace {

constexpr std::string_view kQueueRmHelp =
    "The messages in them go too: on a terminal it asks first. Those waiting "
    "at one are\ntold. A queue that does not exist is named, and is "
    "no error. Every queue is\ntried, and each failure reported.\n\n"
    "Examples:\n"
    "  syncq queue rm jobs jobs.dead\n"
    "  syncq queue rm -y jobs\n\n"
    "Exit codes: 0 all gone; 1 at least one failed or was kept; 2 usage\n\n";

class Removal {
 public:
  Removal(Client& client, bool yes) : client_(client), yes_(yes) {}

  // The exit code for this one: 0 if it is gone.
  int remove(const std::string& queue) {
    try {
      return try_remove(queue) ? kExitOk : kExitFailed;
    } catch (const Failure& failure) {
      say(failure.what());
      return failure.exit_code();
    }
  }

  void print_outcome() const {
    print_json({{"removed", removed_}, {"absent", absent_}});
  }

 private:
  bool try_remove(const std::string& queue) {
    std::string doing = fmt::format("removing queue '{}'", queue);
    auto count = count_messages(client_, queue, doing);
    if (!count) {
      say(fmt::format("there was no queue '{}'", queue));
      absent_.push_back(queue);
      return true;
    }
    std::string what = *count > 0 ? messages_text(*count) : "";
    if (*count > 0 && !yes_ &&
        !confirm(fmt::format("remove queue '{}' and {}?", queue, what))) {
      return false;
    }
    DaemonReply reply =
        client_.call("DELETE", queue_target(queue), Repeat::kIdempotent);
    require_ok(client_, reply, doing);
    removed_.push_back(queue);
    if (!client_.quiet()) {
      say(fmt::format("removed {}{}{}", queue, what.empty() ? "" : ", ", what));
    }
    return true;
  }

  Client& client_;
  bool yes_;
  std::vector<std::string> removed_;
  std::vector<std::string> absent_;  // before
};

}  // namespace

int queue_rm_command(Arguments arguments) {
  ClientOptions options;
  bool yes = false;
  std::vector<std::string> queues;
  CommandLine line("syncq queue rm [OPTIONS] QUEUE...",
                   "Remove queues and their messages.");
  line.words("QUEUE", queues, "Names or UUIDs");
  line.flag("-y,--yes", yes, "Don't ask about queues that have messages");
  line.flag("-q,--quiet", options.quiet, "Don't say what was removed");
  line.client(options);
  line.footer(kQueueRmHelp);
  if (auto code = line.parse(arguments)) return *code;

  Client client(options);
  Removal removal(client, yes);
  int code = kExitOk;
  for (const std::string& queue : queues) {
    if (int failed = removal.remove(queue); failed != kExitOk) code = failed;
  }
  if (options.json()) removal.print_outcome();
  return code;
}

}  // namespace syncq
