#include <fmt/format.h>

#include "cli/base/confirm.h"
#include "cli/base/exit_code.h"
#include "cli/base/failure.h"
#include "cli/base/output.h"
#include "cli/client/explain.h"
#include "cli/client/holder.h"
#include "cli/client/json_fields.h"
#include "cli/client/print_reply.h"
#include "cli/fifo/fifo_commands.h"
#include "cli/options/command_line.h"

namespace syncq {
namespace {

constexpr std::string_view kFifoRmExamples =
    "Those waiting in it are told that it was destroyed; on a terminal it asks "
    "first.\nA FIFO that does not exist is named, and is no error. "
    "Every FIFO is tried, and each\nfailure reported.\n\n"
    "Examples:\n"
    "  syncq fifo rm deploy\n"
    "  syncq fifo rm -y deploy builds 5f0c1f7e-3f0b-4b57-9d0f-6a1d1c6e2b11\n\n"
    "Exit codes: 0 all gone; 1 at least one failed or was kept; 2 usage\n\n";

// "held by make deploy (pid 812, ~/app), 3 waiting"; "" if the FIFO is unused.
std::string users_of(const nlohmann::json& fifo) {
  std::string text;
  if (auto holder = read_holder(field_of(fifo, "holder"))) {
    text = "held by " + holder->text();
  }
  std::string waiting = field_text(fifo, "waiting");
  if (waiting.empty() || waiting == "0") return text;
  return text + (text.empty() ? "" : ", ") + waiting + " waiting";
}

class Removal {
 public:
  Removal(Client& client, bool yes) : client_(client), yes_(yes) {}

  // The exit code for this one: 0 if it is gone.
  int remove(const std::string& fifo) {
    try {
      return try_remove(fifo) ? kExitOk : kExitFailed;
    } catch (const Failure& failure) {
      say(failure.what());
      return failure.exit_code();
    }
  }

  void print_outcome() const {
    print_json({{"removed", removed_}, {"absent", absent_}});
  }

 private:
  bool try_remove(const std::string& fifo) {
    std::string doing = fmt::format("removing FIFO '{}'", fifo);
    RequestTarget address("/fifo");
    address.segment(fifo);
    DaemonReply shown = client_.call("GET", address, Repeat::kIdempotent);
    if (error_code(shown) == "not_found") {
      say(fmt::format("there was no FIFO '{}'", fifo));
      absent_.push_back(fifo);
      return true;
    }
    require_ok(client_, shown, doing);
    nlohmann::json body = parse_body(shown);
    std::string users = users_of(field_of(body, "fifo"));
    if (!users.empty() && !yes_ &&
        !confirm(fmt::format("destroy FIFO '{}', {}?", fifo, users))) {
      return false;
    }
    require_ok(client_, client_.call("DELETE", address, Repeat::kIdempotent),
               doing);
    removed_.push_back(fifo);
    if (!client_.quiet()) {
      say(fmt::format("removed {}{}{}", fifo, users.empty() ? "" : ", ",
                      users));
    }
    return true;
  }

  Client& client_;
  bool yes_;
  std::vector<std::string> removed_;
  std::vector<std::string> absent_;  // before
};

}  // namespace

int fifo_rm_command(Arguments arguments) {
  ClientOptions options;
  bool yes = false;
  std::vector<std::string> fifos;
  CommandLine line("syncq fifo rm [OPTIONS] FIFO...",
                   "Destroy FIFOs and end all their tickets.");
  line.words("-u,--uuid,FIFO", fifos, "Names or UUIDs");
  line.flag("-y,--yes", yes, "Don't ask about FIFOs that are in use");
  line.flag("-q,--quiet", options.quiet, "Don't say what was removed");
  line.client(options);
  line.footer(kFifoRmExamples);
  if (auto code = line.parse(arguments)) return *code;

  Client client(options);
  Removal removal(client, yes);
  int code = kExitOk;
  for (const std::string& fifo : fifos) {
    if (int failed = removal.remove(fifo); failed != kExitOk) code = failed;
  }
  if (options.json()) removal.print_outcome();
  return code;
}

}  // namespace syncq
