#include <fmt/format.h>

#include "cli/client.h"
#include "cli/command_line.h"
#include "cli/exit_code.h"
#include "cli/failure.h"
#include "cli/message.h"
#include "cli/verbs.h"

namespace syncq {
namespace {

constexpr std::string_view kExamples =
    "Whoever waits in it is told that it was destroyed. One that does not "
    "exist is no\nerror. Every FIFO is tried, and each failure reported.\n\n"
    "Examples:\n"
    "  syncq fifo rm deploy\n"
    "  syncq fifo rm deploy builds 5f0c1f7e-3f0b-4b57-9d0f-6a1d1c6e2b11\n\n"
    "Exit codes: 0 all gone; 1 at least one failed; 2 usage\n\n";

// Whether it is gone.
bool remove_one(Client& client, const std::string& fifo) {
  try {
    Address address("/fifo");
    address.segment(fifo);
    DaemonReply reply = client.call("DELETE", address, Repeat::kSafe);
    require_ok(reply, fmt::format("removing FIFO '{}'", fifo));
    return true;
  } catch (const Failure& failure) {
    say(failure.what());
    return false;
  }
}

}  // namespace

int fifo_rm_verb(Arguments arguments) {
  ClientOptions options;
  std::vector<std::string> fifos;
  CommandLine line("syncq fifo rm [OPTIONS] FIFO...",
                   "Destroy FIFOs and end all their tickets.");
  line.words("-u,--uuid,FIFO", fifos, "Names or UUIDs");
  line.client(options);
  line.footer(std::string(kExamples) + kEnvironmentHelp);
  if (auto code = line.parse(arguments)) return *code;

  Client client(options);
  bool all_gone = true;
  for (const std::string& fifo : fifos) {
    all_gone = remove_one(client, fifo) && all_gone;
  }
  return all_gone ? kExitOk : kExitFailed;
}

}  // namespace syncq
