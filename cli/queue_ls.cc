
#include "cli/command_line.h"
#include "cli/json_fields.h"
#include "cli/print_view.h"
#include "cli/queue_message.h"
#include "cli/table.h"
#include "cli/verbs.h"

namespace syncq {
namespace {

constexpr std::string_view kHelp =
    "SIZE is what can be read now; LEASED and DELAYED the rest.\n\n"
    "Examples:\n"
    "  syncq queue ls\n"
    "  syncq queue ls -o json | jq -r '.queues[].name'\n\n"
    "Exit codes: 0; 1 the daemon can't be reached; 2 usage\n\n";

std::string list_text(const nlohmann::json& body) {
  Table table({"NAME", "ID", "SIZE", "LEASED", "DELAYED", "CAPACITY", "KIND"});
  for (const auto& queue : field_of(body, "queues")) {
    bool ephemeral = field_text(queue, "ephemeral") == "true";
    table.row({field_text(queue, "name"), field_text(queue, "id"),
               field_text(queue, "size"), field_text(queue, "leased"),
               field_text(queue, "delayed"), field_text(queue, "capacity"),
               ephemeral ? "ephemeral" : "durable"});
  }
  return table.text();
}

}  // namespace

int queue_ls_verb(Arguments arguments) {
  ClientOptions options;
  CommandLine line("syncq queue ls [OPTIONS]", "List all queues.");
  line.client(options);
  line.footer(std::string(kHelp) + kEnvironmentHelp);
  if (auto code = line.parse(arguments)) return *code;
  return print_view(options, Address("/queues"), "listing queues", list_text);
}

}  // namespace syncq
