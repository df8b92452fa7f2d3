#include <fmt/format.h>

#include "cli/base/table.h"
#include "cli/client/json_fields.h"
#include "cli/client/print_view.h"
#include "cli/options/command_line.h"
#include "cli/queue/queue_commands.h"
#include "cli/queue/queue_message.h"

namespace syncq {
namespace {

constexpr std::string_view kHelp =
    "Examples:\n"
    "  syncq queue show jobs\n"
    "  syncq queue show jobs -o json | jq .queue.size\n\n"
    "Exit codes: 0; 1 unknown queue; 2 usage\n\n";

std::string queue_text(const nlohmann::json& queue) {
  Table table({});
  table.row({"name", field_text(queue, "name")});
  table.row({"id", field_text(queue, "id")});
  bool ephemeral = field_text(queue, "ephemeral") == "true";
  table.row({"kind", ephemeral ? "ephemeral" : "durable"});
  table.row({"size", field_text(queue, "size")});
  table.row({"leased", field_text(queue, "leased")});
  table.row({"delayed", field_text(queue, "delayed")});
  std::string capacity = field_text(queue, "capacity");
  table.row({"capacity", capacity.empty()
                             ? "no limit"
                             : fmt::format("{}, then {}", capacity,
                                           field_text(queue, "overflow"))});
  std::string attempts = field_text(queue, "max_attempts");
  table.row({"attempts", attempts.empty()
                             ? "no limit"
                             : fmt::format("{}, then to {}", attempts,
                                           field_text(queue, "dead_letter"))});
  table.row({"created", field_text(queue, "created_at")});
  return table.text();
}

std::string view_text(const nlohmann::json& body, bool) {
  return queue_text(field_of(body, "queue"));
}

}  // namespace

int queue_show_command(Arguments arguments) {
  ClientOptions options;
  std::string queue;
  CommandLine line("syncq queue show [OPTIONS] QUEUE", "Show a queue.");
  line.required("QUEUE", queue, "The queue's name or UUID");
  line.client(options);
  line.footer(std::string(kHelp) + kEnvironmentHelp);
  if (auto code = line.parse(arguments)) return *code;
  return print_view(options, queue_target(queue),
                    fmt::format("showing queue '{}'", queue), {.queue = queue},
                    view_text);
}

}  // namespace syncq
