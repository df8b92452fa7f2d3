#include "cli/queue/message_table.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/base/table.h"
#include "cli/base/text.h"
#include "cli/client/json_fields.h"

namespace syncq {
namespace {

// Of a text as long as a list has it, what is of use in a line.
constexpr std::size_t kMostText = 60;

std::string text_of(const nlohmann::json& message) {
  auto text = message.find("text");
  if (text == message.end() || !text->is_string()) return "(binary)";
  return cut_to_width(sanitize(text->get<std::string>()), kMostText);
}

std::string cell(const std::string& column, const nlohmann::json& message,
                 bool dead) {
  const nlohmann::json& death = field_of(message, "dead");
  if (column == "INDEX") return field_text(message, "index");
  if (column == "ID") return field_text(message, "id");
  if (column == "AGE") return field_age(message, "age_ms");
  // Those of a dead letter start again.
  if (column == "ATTEMPTS") {
    return field_text(dead ? death : message, "attempts");
  }
  if (column == "GROUP") return sanitize(field_text(message, "group"));
  if (column == "SIZE") return field_text(message, "size");
  if (column == "LEASE") return field_text(message, "lease");
  if (column == "LEFT" || column == "IN") return field_age(message, "due_ms");
  if (column == "FROM") return field_text(death, "from");
  if (column == "REASON") return field_text(death, "reason");
  return text_of(message);
}

}  // namespace

std::string message_lines(const nlohmann::json& messages,
                          const std::string& state) {
  std::vector<std::string> header{"INDEX", "ID", "AGE", "ATTEMPTS", "SIZE"};
  bool has_index = state == "ready" || state == "dead";
  if (!has_index) header.erase(header.begin());
  if (state == "leased") header.insert(header.end(), {"LEASE", "LEFT"});
  if (state == "delayed") header.push_back("IN");
  if (state == "dead") header.insert(header.end(), {"FROM", "REASON"});
  bool has_groups = std::any_of(
      messages.begin(), messages.end(),
      [](const auto& each) { return !field_text(each, "group").empty(); });
  if (has_groups) header.push_back("GROUP");
  header.push_back("TEXT");
  Table table(header);
  for (const auto& each : messages) {
    std::vector<Cell> row;
    for (const std::string& column : header) {
      row.emplace_back(cell(column, each, state == "dead"));
    }
    table.row(std::move(row));
  }
  return table.for_stdout(false);
}

}  // namespace syncq
