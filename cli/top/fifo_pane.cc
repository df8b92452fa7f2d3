// FIFOs, and who is in their lines.

#include <fmt/format.h>

#include "cli/base/estimate.h"
#include "cli/base/text.h"
#include "cli/client/ticket_text.h"
#include "cli/top/pane_text.h"
#include "common/duration.h"

namespace syncq {
namespace {

constexpr std::size_t kBar = 8;
constexpr std::size_t kCells = 9;

// Columns in which words are not short.
constexpr std::size_t kRoomForAbout = 100;

std::vector<GridColumn> all_columns() {
  return {{"FIFO", 18, false, 0},         {"HELD", kUncut, true, 2},
          {"WAIT", kUncut, true, 1},      {"", kUncut, false, 6},
          {"EXPECTED", kUncut, false, 3}, {"FOR", kUncut, true, 4},
          {"WHO", 12, false, 5},          {"PID", kUncut, true, 7},
          {"CWD", 12, false, 8}};
}

std::string place_text(const TopFifo& fifo, const TopTicket& ticket) {
  std::string place = ticket.is_waiting
                          ? ordinal(static_cast<unsigned>(ticket.place))
                      : fifo.slots == 1 ? "held"
                                        : slots_words(ticket.slots);
  if (ticket.is_ready) place += ", ready";
  return place + ticket.notes;
}

struct Expected {
  std::string bar;
  Span text;
};

Expected expected_of(const TopTicket& ticket, Duration age,
                     const ScreenSize& size) {
  std::string about = size.columns >= kRoomForAbout ? "about " : "";
  if (ticket.is_waiting) {
    if (!ticket.expected_wait) return {};
    Duration left = std::max(*ticket.expected_wait - age, Duration::zero());
    return {"", {fmt::format("in {}{}", about, describe_estimate(left))}};
  }
  if (!ticket.expected_run) return {};
  Duration held = ticket.since + age;
  std::string text = bar(held, *ticket.expected_run, kBar, size.utf8);
  if (held >= *ticket.expected_run) {
    return {text,
            {size.columns >= kRoomForAbout ? kLongerThanUsual : "longer"}};
  }
  std::string left = describe_estimate(*ticket.expected_run - held);
  return {text, {fmt::format("{}{} left", about, left)}};
}

std::vector<Span> cells_of(const Row& row, Duration age,
                           const ScreenSize& size) {
  const TopFifo& fifo = *row.fifo;
  const TopTicket* ticket = row.ticket;
  std::vector<Span> cells(kCells);
  if (ticket != nullptr) {
    cells[0] = {"  " + place_text(fifo, *ticket)};
  } else {
    cells[0] = {fifo.is_paused ? fifo.name + " (paused)" : fifo.name,
                fifo.is_used() ? Style::kStrong : Style::kPlain};
    cells[1] = {fmt::format("{}/{}", fifo.taken, fifo.slots)};
    cells[2] = {short_number(fifo.waiting)};
    ticket = only_holder(fifo);
  }
  if (ticket == nullptr) return cells;
  Expected expected = expected_of(*ticket, age, size);
  cells[3] = {expected.bar, Style::kGood};
  cells[4] = expected.text;
  cells[5] = {describe_duration(ticket->since + age)};
  cells[6] = {ticket->label + (row.ticket == nullptr ? ticket->notes : "")};
  cells[7] = {ticket->pid};
  cells[8] = {with_tilde(ticket->cwd)};
  return cells;
}

}  // namespace

Screen fifo_pane(const TopModel& model, const std::vector<Row>& rows,
                 const std::string& selected, const Drawing& drawing) {
  std::vector<GridColumn> columns = all_columns();
  if (model.fifo() != nullptr) columns[0].title = "IN LINE";
  std::vector<GridRow> lines;
  Duration age = model.age(drawing.now);
  for (const Row& row : rows) {
    lines.push_back({cells_of(row, age, drawing.size), row.id() == selected});
  }
  return grid(columns, lines, drawing.size.columns);
}

}  // namespace syncq
