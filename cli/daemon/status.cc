#include "cli/daemon/status.h"

#include <fmt/format.h>

#include "cli/base/table.h"
#include "cli/client/json_fields.h"
#include "cli/client/print_view.h"
#include "cli/daemon/daemon_commands.h"
#include "cli/options/command_line.h"

namespace syncq {
namespace {

constexpr std::string_view kStatusExamples =
    "Starts the daemon if none runs; `syncq daemon status` does not.\n\n"
    "Examples:\n"
    "  syncq status\n"
    "  curl --unix-socket \"$(syncq status -o json | jq -r .socket)\" \\\n"
    "    http://localhost/fifo/new\n\n"
    "Exit codes: 0; 1 the daemon can't be reached; 2 usage\n\n";

// Who can reach one of its addresses, and what keeps strangers out.
std::string reach_text(const nlohmann::json& tcp) {
  std::string token = tcp.value("token", true) ? "with" : "without";
  std::string who =
      field_text(tcp, "reach") == "machine"
          ? "this machine's users, {} the token"
          : "other machines too, {} the token; in the clear unless ssh, a VPN "
            "or a TLS proxy carries it";
  return fmt::format("{}: {}", field_text(tcp, "address"),
                     fmt::format(fmt::runtime(who), token));
}

std::string status_text(const nlohmann::json& body, bool) {
  const nlohmann::json& tickets = field_of(body, "tickets");
  const nlohmann::json& queues = field_of(body, "queues");
  Table table({});
  table.row({"version", field_text(body, "version")});
  table.row({"pid", field_text(body, "pid")});
  table.row({"up for", field_age(body, "uptime_ms")});
  table.row({"socket", field_text(body, "socket")});
  for (const nlohmann::json& each : field_of(body, "tcp")) {
    table.row({"tcp", reach_text(each)});
  }
  table.row({"state", field_text(body, "state_dir")});
  table.row({"durability", field_text(body, "durability")});
  table.row({"fifos", field_text(body, "fifos")});
  table.row({"tickets", fmt::format("{} ({} held, {} waiting)",
                                    field_text(tickets, "live"),
                                    field_text(tickets, "held"),
                                    field_text(tickets, "waiting"))});
  table.row({"queues", fmt::format("{} (readable messages: {})",
                                   field_text(queues, "queues"),
                                   field_text(queues, "messages"))});
  table.row({"connections", field_text(body, "connections")});
  table.row({"parked callers", field_text(body, "parked_callers")});
  table.row({"store bytes", field_text(body, "store_bytes")});
  table.row({"log", field_text(body, "log")});
  return table.text();
}

}  // namespace

int print_status(const ClientOptions& options) {
  return print_view(options, RequestTarget("/status"),
                    "asking the daemon for its status", {},
                    {status_text, nullptr, nullptr});
}

int status_command(Arguments arguments) {
  ClientOptions options;
  CommandLine line("syncq status [OPTIONS]",
                   "Show how the daemon is doing and where its files are.");
  line.client(options);
  line.footer(kStatusExamples);
  if (auto code = line.parse(arguments)) return *code;
  return print_status(options);
}

}  // namespace syncq
