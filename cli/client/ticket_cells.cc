#include "cli/client/ticket_cells.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/base/estimate.h"
#include "cli/base/terminal.h"
#include "cli/client/json_fields.h"
#include "cli/client/ticket_text.h"

namespace syncq {
namespace {

constexpr std::size_t kBar = 8;
// From so many columns on.
constexpr std::size_t kForBar = 100;

// Whether a bar leaves room for the rest.
bool has_room_for_bar() { return table_columns().value_or(kForBar) >= kForBar; }

}  // namespace

std::string expected_text(const nlohmann::json& ticket) {
  if (auto run = field_duration(ticket, "expected_run_ms")) {
    Duration held = field_duration(ticket, "state_ms").value_or(*run);
    if (held >= *run) return kLongerThanUsual;
    std::string left = describe_estimate(*run - held);
    return (has_room_for_bar() ? bar(held, *run, kBar, has_utf8_locale()) + ' '
                               : std::string()) +
           fmt::format("about {} left", left);
  }
  auto wait = field_duration(ticket, "expected_wait_ms");
  return wait ? fmt::format("in about {}", describe_estimate(*wait)) : "";
}

void add_wide_columns(std::vector<std::string>& header) {
  header.insert(header.end(), {"AGE", "SLOT", "FENCE", "TICKET"});
}

void add_wide_cells(std::vector<Cell>& cells, const nlohmann::json& ticket) {
  cells.insert(cells.end(),
               {field_age(ticket, "age_ms"), slots_text(ticket),
                field_text(ticket, "fence"), field_text(ticket, "ticket")});
}

Cell state_cell(const nlohmann::json& ticket, const std::string& state,
                Colour colour) {
  bool stopped = field_text(ticket, "stopped") == "true";
  return {state + ticket_notes(ticket),
          stopped ? colour_of("stopped") : colour};
}

void add_ticket_rows(std::vector<nlohmann::json>& rows,
                     const nlohmann::json& fifo,
                     const nlohmann::json& tickets) {
  for (const nlohmann::json& ticket : tickets) {
    rows.push_back(ticket);
    rows.back()["fifo"] = fifo;
  }
}

}  // namespace syncq
