#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "cli/base/table.h"
#include "cli/base/terminal.h"
#include "cli/client/holder.h"
#include "cli/client/json_fields.h"
#include "cli/client/queue_text.h"
#include "cli/client/row_fields.h"
#include "cli/client/ticket_text.h"
#include "cli/options/command_line.h"
#include "cli/overview/overview_commands.h"
#include "cli/overview/view_overview.h"

namespace syncq {
namespace {

constexpr std::string_view kLsHelp =
    "Those in use come first. HELD is how many slots are held, of how many, or "
    "how\n"
    "many messages are leased; WAITING who waits for a turn, or "
    "the messages that can be\nread.\n\n"
    "Examples:\n"
    "  syncq ls\n"
    "  syncq ls -w\n"
    "  syncq ls --format '{name} {held}'\n"
    "  syncq ls -o json | jq -r '.queues[] | select(.size > 100).name'\n\n"
    "Exit codes: 0; 1 the daemon can't be reached; 2 usage\n\n";

bool is_paused(const nlohmann::json& item) {
  return field_text(item, "paused") == "true";
}

// What is in use comes first.
bool is_used(const nlohmann::json& item) {
  for (const char* key :
       {"held", "waiting", "size", "leased", "delayed", "blocked"}) {
    std::string count = field_text(item, key);
    if (!count.empty() && count != "0") return true;
  }
  return false;
}

// The paused one says so first, in colour.
Cell details_cell(const nlohmann::json& item, std::vector<std::string> more) {
  constexpr std::string_view kPaused = "paused";
  if (!is_paused(item)) return fmt::format("{}", fmt::join(more, ", "));
  more.emplace(more.begin(), kPaused);
  return {fmt::format("{}", fmt::join(more, ", ")), colour_of(kPaused),
          kPaused.size()};
}

void add_rate(const nlohmann::json& item, std::vector<std::string>& details) {
  std::string rate = field_text(item, "rate");
  if (!rate.empty()) details.push_back("at most " + rate);
}

// "make deploy (pid 812, ~/app) for 2m10s"
std::string holders_text(const nlohmann::json& fifo) {
  const nlohmann::json& tickets = field_of(fifo, "tickets");
  if (field_text(fifo, "held") == "0" || tickets.empty()) return {};
  auto holder = read_holder(tickets.front());
  std::string text = holder ? holder->text() : "";
  return text + " for " + field_age(tickets.front(), "state_ms");
}

std::vector<Cell> fifo_cells(const nlohmann::json& fifo) {
  std::string uuid = field_text(fifo, "uuid");
  std::string name = field_text(fifo, "name");
  std::vector<std::string> details;
  std::string holders = holders_text(fifo);
  if (!holders.empty()) details.push_back(std::move(holders));
  add_rate(fifo, details);
  return {name.empty() ? uuid : name,
          "fifo",
          slots_taken(fifo) + "/" + field_text(fifo, "slots"),
          field_text(fifo, "waiting"),
          details_cell(fifo, std::move(details)),
          uuid};
}

std::vector<Cell> queue_cells(const nlohmann::json& queue) {
  std::string delayed = field_text(queue, "delayed");
  std::string in = field_text(queue, "in_per_s");
  std::string out = field_text(queue, "out_per_s");
  std::vector<std::string> details;
  if (in + out != "0.00.0" && !in.empty()) {
    details.push_back(in + " in/s");
    details.push_back(out + " out/s");
  }
  if (delayed != "0") details.push_back(delayed + " delayed");
  std::string blocked = field_text(queue, "blocked");
  if (!blocked.empty() && blocked != "0") {
    details.push_back(blocked + " blocked");
  }
  add_rate(queue, details);
  return {field_text(queue, "name"),
          "queue",
          leased_text(queue),
          field_text(queue, "size"),
          details_cell(queue, std::move(details)),
          field_text(queue, "id")};
}

std::vector<nlohmann::json> rows_of_all(const nlohmann::json& body) {
  std::vector<nlohmann::json> rows;
  for (std::string kind : {"fifo", "queue"}) {
    for (const auto& each : field_of(body, (kind + "s").c_str())) {
      rows.push_back(each);
      rows.back()["kind"] = kind;
    }
  }
  std::stable_partition(rows.begin(), rows.end(), is_used);
  return rows;
}

// A narrow terminal has no room for KIND: only FIFOs are held "1/1".
bool has_room_for_kind(bool wide) {
  constexpr std::size_t kFewest = 60;
  return wide || table_columns().value_or(kFewest) >= kFewest;
}

std::string list_text(const nlohmann::json& body, bool wide) {
  const bool has_kind = has_room_for_kind(wide);
  std::vector<std::string> header{"NAME", "HELD", "WAITING", "DETAILS"};
  if (has_kind) header.insert(header.begin() + 1, "KIND");
  if (wide) header.push_back("ID");
  Table table(header);
  for (const nlohmann::json& row : rows_of_all(body)) {
    bool fifo = field_text(row, "kind") == "fifo";
    std::vector<Cell> cells = fifo ? fifo_cells(row) : queue_cells(row);
    if (!wide) cells.pop_back();
    if (!has_kind) cells.erase(cells.begin() + 1);
    table.row(std::move(cells));
  }
  return table.for_stdout(wide);
}

std::vector<std::string> more_of_all(const nlohmann::json& body) {
  std::vector<std::string> missing;
  const nlohmann::json& more = field_of(body, "more");
  for (const char* kind : {"fifo", "queue"}) {
    std::string key = std::string(kind) + "s";
    if (field_text(more, key.c_str()) != "true") continue;
    missing.push_back(fmt::format("`syncq {} ls` lists all {}", kind, key));
  }
  return missing;
}

}  // namespace

int ls_command(Arguments arguments) {
  ClientOptions options;
  CommandLine line("syncq ls [OPTIONS]", "List all FIFOs and queues.");
  line.watch(options);
  line.wide(options);
  line.format(options, fields_of_ls());
  line.client(options);
  line.footer(kLsHelp);
  if (auto code = line.parse(arguments)) return *code;
  return view_overview(options, {{"limit", "1000"}}, "listing FIFOs and queues",
                       {list_text, rows_of_all, more_of_all});
}

}  // namespace syncq
