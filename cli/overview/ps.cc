#include <fmt/format.h>

#include "cli/base/table.h"
#include "cli/base/terminal.h"
#include "cli/base/text.h"
#include "cli/client/json_fields.h"
#include "cli/client/ticket_text.h"
#include "cli/options/command_line.h"
#include "cli/overview/overview_commands.h"
#include "cli/overview/view_overview.h"

namespace syncq {
namespace {

constexpr std::string_view kHelp =
    "Shows every turn that is held and every ticket that waits for one: PLACE "
    "in line, FOR\nsince it came into its state, LEFT until its timeout. "
    "--wide adds AGE since it was\ndrawn, its slot, its fence and its UUID.\n\n"
    "Examples:\n"
    "  syncq ps\n"
    "  syncq ps -w\n"
    "  syncq ps -o json | jq '.fifos[].tickets[] | select(.stopped)'\n\n"
    "Exit codes: 0; 1 the daemon can't be reached; 2 usage\n\n";

std::string place_text(const nlohmann::json& fifo,
                       const nlohmann::json& ticket) {
  std::string place = field_text(ticket, "place");
  if (field_text(ticket, "state") == "ready") {
    place = "ready";
  } else if (place == "0") {
    bool one = field_text(fifo, "slots") == "1";
    place = one ? "held" : "slot " + field_text(ticket, "slot");
  }
  return place + ticket_notes(ticket);
}

std::vector<std::string> cells_of(const nlohmann::json& fifo,
                                  const nlohmann::json& ticket, bool wide) {
  std::string name = field_text(fifo, "name");
  std::vector<std::string> cells{name.empty() ? field_text(fifo, "uuid") : name,
                                 place_text(fifo, ticket),
                                 field_text(ticket, "label"),
                                 field_age(ticket, "state_ms"),
                                 field_age(ticket, "deadline_ms"),
                                 field_text(ticket, "pid"),
                                 with_tilde(field_text(ticket, "cwd"))};
  if (wide) {
    cells.insert(cells.end(),
                 {field_age(ticket, "age_ms"), field_text(ticket, "slot"),
                  field_text(ticket, "fence"), field_text(ticket, "ticket")});
  }
  return cells;
}

std::string turns_text(const nlohmann::json& body, bool wide) {
  std::vector<std::string> header{"FIFO", "PLACE", "LABEL", "FOR",
                                  "LEFT", "PID",   "CWD"};
  if (wide) header.insert(header.end(), {"AGE", "SLOT", "FENCE", "TICKET"});
  Table table(std::move(header));
  for (const auto& fifo : field_of(body, "fifos")) {
    for (const auto& ticket : field_of(fifo, "tickets")) {
      table.row(cells_of(fifo, ticket, wide));
    }
  }
  std::string text = table.text(wide ? std::nullopt : table_columns());
  const nlohmann::json& more = field_of(body, "more");
  if (field_text(more, "tickets") == "true") {
    text += "... `syncq fifo show FIFO` shows more of a long line\n";
  }
  return text;
}

}  // namespace

int ps_command(Arguments arguments) {
  ClientOptions options;
  CommandLine line("syncq ps [OPTIONS]",
                   "Show who has a turn and who waits for one.");
  line.watch(options);
  line.wide(options);
  line.client(options);
  line.footer(kHelp);
  if (auto code = line.parse(arguments)) return *code;
  return view_overview(options, {{"limit", "1000"}, {"waiting", "1000"}},
                       "listing turns", turns_text);
}

}  // namespace syncq
