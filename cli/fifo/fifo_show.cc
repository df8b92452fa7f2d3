#include <fmt/format.h>

#include "cli/base/table.h"
#include "cli/base/text.h"
#include "cli/client/json_fields.h"
#include "cli/client/print_view.h"
#include "cli/client/row_fields.h"
#include "cli/client/ticket_cells.h"
#include "cli/client/ticket_text.h"
#include "cli/client/watch.h"
#include "cli/fifo/fifo_commands.h"
#include "cli/options/command_line.h"

namespace syncq {
namespace {

constexpr std::string_view kFifoShowExamples =
    "Shows the FIFO and its live tickets in order: FOR since a ticket came "
    "into its state,\nLEFT until its next deadline, EXPECTED when its turn "
    "ends or comes, by the median of\nthe last 20 turns of the same label, or "
    "of the FIFO. --wide adds AGE since it was\ndrawn, its slot, its fence and "
    "its UUID.\n\n"
    "Examples:\n"
    "  syncq fifo show deploy\n"
    "  syncq fifo show deploy --wide\n"
    "  syncq fifo show deploy -w\n"
    "  syncq fifo show deploy --format '{place} {pid} {label}'\n"
    "  syncq fifo show deploy -o json | jq '.tickets[0].label'\n\n"
    "Exit codes: 0; 1 unknown FIFO; 2 usage\n\n";

// How many slots, of how many.
std::string held_text(const nlohmann::json& fifo) {
  std::string held = field_text(fifo, "held");
  std::string taken = slots_taken(fifo);
  std::string all = fmt::format("{} of {}", taken, field_text(fifo, "slots"));
  if (held == taken) return all;
  return fmt::format("{}, by {} ticket{}", all, held, held == "1" ? "" : "s");
}

std::string fifo_text(const nlohmann::json& fifo) {
  const nlohmann::json& timeouts = field_of(fifo, "timeouts");
  Table table({});
  table.row({"name", field_text(fifo, "name")});
  table.row({"uuid", field_text(fifo, "uuid")});
  table.row({"held", held_text(fifo)});
  if (std::string names = field_text(fifo, "slot_names"); !names.empty()) {
    table.row({"slots", names});
  }
  if (std::string rate = field_text(fifo, "rate"); !rate.empty()) {
    table.row({"rate", rate});
  }
  table.row({"waiting", field_text(fifo, "waiting")});
  if (field_text(fifo, "paused") == "true") {
    table.row({"paused", {"yes", colour_of("paused")}});
  }
  table.row({"fence", field_text(fifo, "fence")});
  table.row(
      {"timeouts",
       fmt::format("wait {}, accept {}, done {}, unused destroy {}{}",
                   field_text(timeouts, "wait"), field_text(timeouts, "accept"),
                   field_text(timeouts, "done"),
                   field_text(timeouts, "unused_destroy"),
                   field_text(fifo, "allow_overrides") == "true"
                       ? "; tickets may override"
                       : "")});
  table.row({"created", field_text(fifo, "created_at")});
  return table.for_stdout(true);
}

// A ticket that has its turn is no longer in line.
std::string place_text(const nlohmann::json& ticket) {
  std::string place = field_text(ticket, "place");
  return place == "0" ? "" : place;
}

std::vector<Cell> ticket_cells(const nlohmann::json& ticket, bool wide) {
  std::string state = field_text(ticket, "state");
  std::vector<Cell> cells{place_text(ticket),
                          state_cell(ticket, state, colour_of(state)),
                          field_age(ticket, "state_ms"),
                          field_age(ticket, "deadline_ms"),
                          expected_text(ticket),
                          field_text(ticket, "pid"),
                          field_text(ticket, "label"),
                          with_tilde(field_text(ticket, "cwd"))};
  if (wide) add_wide_cells(cells, ticket);
  return cells;
}

std::string tickets_text(const nlohmann::json& body, bool wide) {
  const nlohmann::json& tickets = field_of(body, "tickets");
  if (tickets.empty()) return {};
  std::vector<std::string> header{"PLACE",    "STATE", "FOR",   "LEFT",
                                  "EXPECTED", "PID",   "LABEL", "CWD"};
  if (wide) add_wide_columns(header);
  Table table(std::move(header));
  for (const auto& ticket : tickets) table.row(ticket_cells(ticket, wide));
  return "\n" + table.for_stdout(wide);
}

std::string view_text(const nlohmann::json& body, bool wide) {
  return fifo_text(field_of(body, "fifo")) + tickets_text(body, wide);
}

std::vector<nlohmann::json> rows_of_line(const nlohmann::json& body) {
  std::vector<nlohmann::json> rows;
  add_ticket_rows(rows, field_of(body, "fifo"), field_of(body, "tickets"));
  return rows;
}

std::vector<std::string> more_in_line(const nlohmann::json& body) {
  std::string all = field_text(field_of(body, "count"), "tickets");
  std::size_t shown = field_of(body, "tickets").size();
  if (std::to_string(shown) == all || all.empty()) return {};
  return {fmt::format("{} tickets in all", all)};
}

}  // namespace

int fifo_show_command(Arguments arguments) {
  ClientOptions options;
  std::string fifo;
  CommandLine line("syncq fifo show [OPTIONS] FIFO",
                   "Show a FIFO and who is in its line.");
  line.required("-u,--uuid,FIFO", fifo, "The FIFO's name or UUID");
  line.watch(options);
  line.wide(options);
  line.format(options, fields_of_fifo_show());
  line.client(options);
  line.footer(kFifoShowExamples);
  if (auto code = line.parse(arguments)) return *code;

  RequestTarget address("/fifo");
  address.segment(fifo);
  std::string doing = fmt::format("showing FIFO '{}'", fifo);
  Subject subject{.fifo = fifo};
  const View view{view_text, rows_of_line, more_in_line};
  if (!options.watch) {
    return print_view(options, address, doing, subject, view);
  }
  auto ask = [&](Client& client) {
    DaemonReply reply = client.call("GET", address, Repeat::kIdempotent);
    require_ok(client, reply, doing, subject);
    return std::move(reply.body);
  };
  RequestTarget events("/events");
  watch(options, {events.add("for", fifo), doing, subject, ask, view});
}

}  // namespace syncq
