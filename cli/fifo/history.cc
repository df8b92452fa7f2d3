#include <fmt/format.h>

#include "cli/base/table.h"
#include "cli/base/text.h"
#include "cli/client/json_fields.h"
#include "cli/client/print_view.h"
#include "cli/client/row_fields.h"
#include "cli/client/ticket_text.h"
#include "cli/fifo/fifo_commands.h"
#include "cli/options/command_line.h"

namespace syncq {
namespace {

constexpr std::string_view kHistoryExamples =
    "The last turns of a FIFO, or of all, the latest first: how each ended, "
    "when, how long\nit had waited and how long it ran. `-` stands for what "
    "is not known: how a command\nended whose process was gone before the "
    "daemon could look. A FIFO keeps its last 1,000\nturns.\n\n"
    "Examples:\n"
    "  syncq history\n"
    "  syncq history deploy -n 5\n"
    "  syncq history --failed\n"
    "  syncq history --format '{ended_at} {label} {exit_status}'\n"
    "  syncq history deploy -o json | jq '.turns[0].exit_status'\n\n"
    "Exit codes: 0; 1 unknown FIFO; 2 usage\n\n";

Cell end_cell(const nlohmann::json& turn) {
  std::string text = end_text(turn);
  std::string end = field_text(turn, "end");
  if (end != "done") return {text, colour_of(end)};
  if (text.empty()) return "";
  return {text, colour_of(text == "exit 0" ? "done" : "failed")};
}

std::string turns_text(const nlohmann::json& body, bool wide) {
  std::vector<std::string> header{"ENDED", "FIFO", "END",   "WAITED",
                                  "RAN",   "PID",  "LABEL", "CWD"};
  if (wide) header.insert(header.end(), {"FENCE", "TICKET"});
  Table table(std::move(header));
  for (const auto& turn : field_of(body, "turns")) {
    std::vector<Cell> row{
        wide ? field_text(turn, "ended_at") : field_clock(turn, "ended_at"),
        field_text(turn, "fifo"),
        end_cell(turn),
        field_age(turn, "waited_ms"),
        field_age(turn, "ran_ms"),
        field_text(turn, "pid"),
        field_text(turn, "label"),
        with_tilde(field_text(turn, "cwd"))};
    if (wide) {
      row.insert(row.end(),
                 {field_text(turn, "fence"), field_text(turn, "ticket")});
    }
    table.row(std::move(row));
  }
  return table.for_stdout(wide);
}

std::vector<nlohmann::json> rows_of_history(const nlohmann::json& body) {
  return field_of(body, "turns");
}

}  // namespace

int history_command(Arguments arguments) {
  ClientOptions options;
  std::string fifo;
  std::string limit;
  bool failed = false;
  CommandLine line("syncq history [OPTIONS] [FIFO]",
                   "Show the turns that have ended.");
  line.option("-u,--uuid,FIFO", fifo, "The FIFO's name or UUID; all without");
  line.number("-n,--lines", limit, 1, 1000, "So many turns, not 20");
  line.flag("--failed", failed,
            "Those that expired, were killed or exited with other than 0");
  line.wide(options);
  line.format(options, fields_of_history());
  line.client(options);
  line.footer(kHistoryExamples);
  if (auto code = line.parse(arguments)) return *code;

  RequestTarget address(fifo.empty() ? "" : "/fifo");
  if (!fifo.empty()) address.segment(fifo);
  address.segment("history")
      .add_given("limit", limit)
      .add_flag("failed", failed);
  std::string doing = fifo.empty()
                          ? "listing turns"
                          : fmt::format("listing turns of FIFO '{}'", fifo);
  return print_view(options, address, doing, {.fifo = fifo},
                    {turns_text, rows_of_history, nullptr});
}

}  // namespace syncq
