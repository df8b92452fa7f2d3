#include <fmt/format.h>

#include "cli/base/table.h"
#include "cli/base/text.h"
#include "cli/client/json_fields.h"
#include "cli/client/row_fields.h"
#include "cli/client/ticket_cells.h"
#include "cli/client/ticket_text.h"
#include "cli/options/command_line.h"
#include "cli/overview/overview_commands.h"
#include "cli/overview/view_overview.h"

namespace syncq {
namespace {

constexpr std::string_view kPsHelp =
    "Shows every turn that is held and every ticket that waits for one: PLACE "
    "in line, FOR\nsince it came into its state, LEFT until its timeout, "
    "EXPECTED when its turn ends or\ncomes. --wide adds AGE since it was "
    "drawn, "
    "its slot, its fence and its UUID.\n\n"
    "Examples:\n"
    "  syncq ps\n"
    "  syncq ps -w\n"
    "  syncq ps --format '{fifo.name} {state} {pid}'\n"
    "  syncq ps -o json | jq '.fifos[].tickets[] | select(.stopped)'\n\n"
    "Exit codes: 0; 1 the daemon can't be reached; 2 usage\n\n";

Cell place_cell(const nlohmann::json& fifo, const nlohmann::json& ticket) {
  std::string place = field_text(ticket, "place");
  std::string state = field_text(ticket, "state");
  if (state == "ready") {
    place = state;
  } else if (place == "0") {
    bool one = field_text(fifo, "slots") == "1";
    place = one ? "held" : slots_words(slots_text(ticket));
  } else if (field_text(fifo, "paused") == "true") {
    return state_cell(ticket, place + ", paused", colour_of("paused"));
  }
  return state_cell(ticket, place, colour_of(state));
}

std::vector<Cell> cells_of(const nlohmann::json& fifo,
                           const nlohmann::json& ticket, bool wide) {
  std::string name = field_text(fifo, "name");
  std::vector<Cell> cells{name.empty() ? field_text(fifo, "uuid") : name,
                          place_cell(fifo, ticket),
                          field_text(ticket, "label"),
                          field_age(ticket, "state_ms"),
                          field_age(ticket, "deadline_ms"),
                          expected_text(ticket),
                          field_text(ticket, "pid"),
                          with_tilde(field_text(ticket, "cwd"))};
  if (wide) add_wide_cells(cells, ticket);
  return cells;
}

std::string turns_text(const nlohmann::json& body, bool wide) {
  std::vector<std::string> header{"FIFO", "PLACE",    "LABEL", "FOR",
                                  "LEFT", "EXPECTED", "PID",   "CWD"};
  if (wide) add_wide_columns(header);
  Table table(std::move(header));
  for (const auto& fifo : field_of(body, "fifos")) {
    for (const auto& ticket : field_of(fifo, "tickets")) {
      table.row(cells_of(fifo, ticket, wide));
    }
  }
  return table.for_stdout(wide);
}

std::vector<nlohmann::json> rows_of_turns(const nlohmann::json& body) {
  std::vector<nlohmann::json> rows;
  for (nlohmann::json fifo : field_of(body, "fifos")) {
    const nlohmann::json tickets = std::move(fifo["tickets"]);
    fifo.erase("tickets");
    add_ticket_rows(rows, fifo, tickets);
  }
  return rows;
}

std::vector<std::string> more_turns(const nlohmann::json& body) {
  const nlohmann::json& more = field_of(body, "more");
  if (field_text(more, "tickets") != "true") return {};
  return {"`syncq fifo show FIFO` shows more of a long line"};
}

}  // namespace

int ps_command(Arguments arguments) {
  ClientOptions options;
  CommandLine line("syncq ps [OPTIONS]",
                   "Show who has a turn and who waits for one.");
  line.watch(options);
  line.wide(options);
  line.format(options, fields_of_ps());
  line.client(options);
  line.footer(kPsHelp);
  if (auto code = line.parse(arguments)) return *code;
  return view_overview(options, {{"limit", "1000"}, {"waiting", "1000"}},
                       "listing turns",
                       {turns_text, rows_of_turns, more_turns});
}

}  // namespace syncq
