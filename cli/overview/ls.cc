#include <fmt/format.h>

#include <algorithm>

#include "cli/base/table.h"
#include "cli/base/terminal.h"
#include "cli/client/holder.h"
#include "cli/client/json_fields.h"
#include "cli/client/ticket_text.h"
#include "cli/options/command_line.h"
#include "cli/overview/overview_commands.h"
#include "cli/overview/view_overview.h"

namespace syncq {
namespace {

constexpr std::string_view kHelp =
    "Those in use come first. HELD is how many slots are held, of how many, or "
    "how\n"
    "many messages are leased; WAITING who waits for a turn, or "
    "the messages that can be\nread.\n\n"
    "Examples:\n"
    "  syncq ls\n"
    "  syncq ls -w\n"
    "  syncq ls -o json | jq -r '.queues[] | select(.size > 100).name'\n\n"
    "Exit codes: 0; 1 the daemon can't be reached; 2 usage\n\n";

// Its cells, and whether it comes first.
struct Row {
  bool used = false;
  std::vector<std::string> cells;
};

bool is_paused(const nlohmann::json& item) {
  return field_text(item, "paused") == "true";
}

std::string joined(const std::vector<std::string>& parts) {
  return fmt::format("{}", fmt::join(parts, ", "));
}

// "make deploy (pid 812, ~/app) for 2m10s"
std::string holders_text(const nlohmann::json& fifo) {
  const nlohmann::json& tickets = field_of(fifo, "tickets");
  if (field_text(fifo, "held") == "0" || tickets.empty()) return {};
  auto holder = read_holder(tickets.front());
  std::string text = holder ? holder->text() : "";
  return text + " for " + field_age(tickets.front(), "state_ms");
}

Row fifo_row(const nlohmann::json& fifo) {
  std::string uuid = field_text(fifo, "uuid");
  std::string name = field_text(fifo, "name");
  std::string held = field_text(fifo, "held");
  std::string waiting = field_text(fifo, "waiting");
  std::vector<std::string> details;
  if (is_paused(fifo)) details.push_back("paused");
  std::string holders = holders_text(fifo);
  if (!holders.empty()) details.push_back(std::move(holders));
  return {held != "0" || waiting != "0",
          {name.empty() ? uuid : name, "fifo",
           slots_taken(fifo) + "/" + field_text(fifo, "slots"), waiting,
           joined(details), uuid}};
}

Row queue_row(const nlohmann::json& queue) {
  std::string size = field_text(queue, "size");
  std::string leased = field_text(queue, "leased");
  std::string delayed = field_text(queue, "delayed");
  std::string in = field_text(queue, "in_per_s");
  std::string out = field_text(queue, "out_per_s");
  std::vector<std::string> details;
  if (is_paused(queue)) details.push_back("paused");
  if (in + out != "0.00.0" && !in.empty()) {
    details.push_back(in + " in/s");
    details.push_back(out + " out/s");
  }
  if (delayed != "0") details.push_back(delayed + " delayed");
  return {size != "0" || leased != "0" || delayed != "0",
          {field_text(queue, "name"), "queue", leased, size, joined(details),
           field_text(queue, "id")}};
}

std::string list_text(const nlohmann::json& body, bool wide) {
  std::vector<Row> rows;
  for (const auto& each : field_of(body, "fifos")) {
    rows.push_back(fifo_row(each));
  }
  for (const auto& each : field_of(body, "queues")) {
    rows.push_back(queue_row(each));
  }
  std::stable_partition(rows.begin(), rows.end(),
                        [](const Row& row) { return row.used; });
  std::vector<std::string> header{"NAME", "KIND", "HELD", "WAITING", "DETAILS"};
  if (wide) header.push_back("ID");
  Table table(header);
  for (Row& row : rows) {
    row.cells.resize(header.size());
    table.row(std::move(row.cells));
  }
  std::string text = table.text(wide ? std::nullopt : table_columns());
  const nlohmann::json& more = field_of(body, "more");
  for (const char* kind : {"fifo", "queue"}) {
    std::string key = std::string(kind) + "s";
    if (field_text(more, key.c_str()) != "true") continue;
    text += fmt::format("... `syncq {} ls` lists all {}\n", kind, key);
  }
  return text;
}

}  // namespace

int ls_command(Arguments arguments) {
  ClientOptions options;
  CommandLine line("syncq ls [OPTIONS]", "List all FIFOs and queues.");
  line.watch(options);
  line.wide(options);
  line.client(options);
  line.footer(kHelp);
  if (auto code = line.parse(arguments)) return *code;
  return view_overview(options, {{"limit", "1000"}}, "listing FIFOs and queues",
                       list_text);
}

}  // namespace syncq
