#include <algorithm>

#include "cli/base/table.h"
#include "cli/client/holder.h"
#include "cli/client/json_fields.h"
#include "cli/client/print_view.h"
#include "cli/client/row_fields.h"
#include "cli/client/ticket_text.h"
#include "cli/fifo/fifo_commands.h"
#include "cli/options/command_line.h"
#include "common/duration.h"

namespace syncq {
namespace {

constexpr std::string_view kFifoLsExamples =
    "Those in use come first: HELD is how many slots are held, of how many, "
    "FOR how\nlong the first of them has been.\n\n"
    "Examples:\n"
    "  syncq fifo ls\n"
    "  syncq fifo ls --wide\n"
    "  syncq fifo ls --format '{name} {held} {holder.label}'\n"
    "  syncq fifo ls -o json | jq -r '.fifos[].name'\n\n"
    "Exit codes: 0; 1 the daemon can't be reached; 2 usage\n\n";

bool is_busy(const nlohmann::json& fifo) {
  return field_text(fifo, "held") != "0" || field_text(fifo, "waiting") != "0";
}

Cell held_cell(const nlohmann::json& fifo) {
  std::string held = slots_taken(fifo) + "/" + field_text(fifo, "slots");
  if (field_text(fifo, "paused") != "true") return held;
  return {held + ", paused", colour_of("paused")};
}

std::vector<nlohmann::json> rows_of_fifos(const nlohmann::json& body) {
  std::vector<nlohmann::json> fifos = field_of(body, "fifos");
  std::stable_partition(fifos.begin(), fifos.end(), is_busy);
  return fifos;
}

std::string list_text(const nlohmann::json& body, bool wide) {
  std::vector<std::string> header{"NAME", "HELD", "WAITING", "FOR", "HELD BY"};
  if (wide) header.insert(header.end(), {"FENCE", "UUID"});
  Table table(std::move(header));
  for (const auto& fifo : rows_of_fifos(body)) {
    auto holder = read_holder(field_of(fifo, "holder"));
    std::string uuid = field_text(fifo, "uuid");
    std::string name = field_text(fifo, "name");
    std::vector<Cell> row{name.empty() ? uuid : name, held_cell(fifo),
                          field_text(fifo, "waiting"),
                          holder ? describe_duration(holder->held) : "",
                          holder ? holder->text() : ""};
    if (wide) row.insert(row.end(), {field_text(fifo, "fence"), uuid});
    table.row(std::move(row));
  }
  return table.for_stdout(wide);
}

}  // namespace

int fifo_ls_command(Arguments arguments) {
  ClientOptions options;
  CommandLine line("syncq fifo ls [OPTIONS]", "List all FIFOs.");
  line.wide(options);
  line.format(options, fields_of_fifo_ls());
  line.client(options);
  line.footer(kFifoLsExamples);
  if (auto code = line.parse(arguments)) return *code;
  return print_view(options, RequestTarget("/fifo"), "listing FIFOs", {},
                    {list_text, rows_of_fifos, nullptr});
}

}  // namespace syncq
