#include <algorithm>

#include "cli/base/table.h"
#include "cli/client/json_fields.h"
#include "cli/client/print_view.h"
#include "cli/client/queue_text.h"
#include "cli/client/row_fields.h"
#include "cli/options/command_line.h"
#include "cli/queue/queue_commands.h"
#include "cli/queue/queue_message.h"

namespace syncq {
namespace {

constexpr std::string_view kQueueLsHelp =
    "SIZE is what can be read now; LEASED, of how many that may be, and "
    "DELAYED "
    "the rest.\nQueues with messages come first.\n\n"
    "Examples:\n"
    "  syncq queue ls\n"
    "  syncq queue ls --wide\n"
    "  syncq queue ls --format '{name} {size}'\n"
    "  syncq queue ls -o json | jq -r '.queues[].name'\n\n"
    "Exit codes: 0; 1 the daemon can't be reached; 2 usage\n\n";

bool has_blocked(const nlohmann::json& queue) {
  std::string blocked = field_text(queue, "blocked");
  return !blocked.empty() && blocked != "0";
}

bool has_messages(const nlohmann::json& queue) {
  return field_text(queue, "size") != "0" ||
         field_text(queue, "leased") != "0" ||
         field_text(queue, "delayed") != "0" || has_blocked(queue);
}

Cell kind_cell(const nlohmann::json& queue) {
  bool ephemeral = field_text(queue, "ephemeral") == "true";
  std::string kind = ephemeral ? "ephemeral" : "durable";
  std::string rate = field_text(queue, "rate");
  if (!rate.empty()) kind += ", " + rate;
  if (field_text(queue, "paused") != "true") return kind;
  return {kind + ", paused", colour_of("paused")};
}

std::vector<nlohmann::json> rows_of_queues(const nlohmann::json& body) {
  std::vector<nlohmann::json> queues = field_of(body, "queues");
  std::stable_partition(queues.begin(), queues.end(), has_messages);
  return queues;
}

std::string list_text(const nlohmann::json& body, bool wide) {
  const std::vector<nlohmann::json> queues = rows_of_queues(body);
  bool blocked = std::any_of(queues.begin(), queues.end(), has_blocked);
  std::vector<std::string> header{"NAME",    "SIZE",     "LEASED",
                                  "DELAYED", "CAPACITY", "KIND"};
  if (blocked) header.insert(header.begin() + 4, "BLOCKED");
  if (wide) header.push_back("ID");
  Table table(std::move(header));
  for (const auto& queue : queues) {
    std::vector<Cell> row{field_text(queue, "name"),
                          field_text(queue, "size"),
                          leased_text(queue),
                          field_text(queue, "delayed"),
                          field_text(queue, "capacity"),
                          kind_cell(queue)};
    if (blocked) row.insert(row.begin() + 4, field_text(queue, "blocked"));
    if (wide) row.push_back(field_text(queue, "id"));
    table.row(std::move(row));
  }
  return table.for_stdout(wide);
}

}  // namespace

int queue_ls_command(Arguments arguments) {
  ClientOptions options;
  CommandLine line("syncq queue ls [OPTIONS]", "List all queues.");
  line.wide(options);
  line.format(options, fields_of_queue_ls());
  line.client(options);
  line.footer(kQueueLsHelp);
  if (auto code = line.parse(arguments)) return *code;
  return print_view(options, RequestTarget("/queues"), "listing queues", {},
                    {list_text, rows_of_queues, nullptr});
}

}  // namespace syncq
