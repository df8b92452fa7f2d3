#include <algorithm>

#include "cli/base/table.h"
#include "cli/base/terminal.h"
#include "cli/client/holder.h"
#include "cli/client/json_fields.h"
#include "cli/client/print_view.h"
#include "cli/client/ticket_text.h"
#include "cli/fifo/fifo_commands.h"
#include "cli/options/command_line.h"
#include "common/duration.h"

namespace syncq {
namespace {

constexpr std::string_view kExamples =
    "Those in use come first: HELD is how many slots are held, of how many, "
    "FOR how\nlong the first of them has been.\n\n"
    "Examples:\n"
    "  syncq fifo ls\n"
    "  syncq fifo ls --wide\n"
    "  syncq fifo ls -o json | jq -r '.fifos[].name'\n\n"
    "Exit codes: 0; 1 the daemon can't be reached; 2 usage\n\n";

bool is_busy(const nlohmann::json& fifo) {
  return field_text(fifo, "held") != "0" || field_text(fifo, "waiting") != "0";
}

std::string held_text(const nlohmann::json& fifo) {
  std::string held = slots_taken(fifo) + "/" + field_text(fifo, "slots");
  return field_text(fifo, "paused") == "true" ? held + ", paused" : held;
}

std::string list_text(const nlohmann::json& body, bool wide) {
  std::vector<nlohmann::json> fifos = field_of(body, "fifos");
  std::stable_partition(fifos.begin(), fifos.end(), is_busy);
  std::vector<std::string> header{"NAME", "HELD", "WAITING", "FOR", "HELD BY"};
  if (wide) header.insert(header.end(), {"FENCE", "UUID"});
  Table table(std::move(header));
  for (const auto& fifo : fifos) {
    auto holder = read_holder(field_of(fifo, "holder"));
    std::string uuid = field_text(fifo, "uuid");
    std::string name = field_text(fifo, "name");
    std::vector<std::string> row{name.empty() ? uuid : name, held_text(fifo),
                                 field_text(fifo, "waiting"),
                                 holder ? describe_duration(holder->held) : "",
                                 holder ? holder->text() : ""};
    if (wide) row.insert(row.end(), {field_text(fifo, "fence"), uuid});
    table.row(std::move(row));
  }
  return table.text(wide ? std::nullopt : table_columns());
}

}  // namespace

int fifo_ls_command(Arguments arguments) {
  ClientOptions options;
  CommandLine line("syncq fifo ls [OPTIONS]", "List all FIFOs.");
  line.wide(options);
  line.client(options);
  line.footer(kExamples);
  if (auto code = line.parse(arguments)) return *code;
  return print_view(options, RequestTarget("/fifo"), "listing FIFOs", {},
                    list_text);
}

}  // namespace syncq
