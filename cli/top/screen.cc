#include "cli/top/screen.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "cli/base/text.h"
#include "cli/top/help_screen.h"

namespace syncq {
namespace {

using Mode = TopControl::Mode;
using View = TopModel::View;

constexpr std::string_view kGone =
    "the daemon has ended; waiting for the next one";
constexpr std::string_view kNothing =
    "no FIFO and no queue yet: `syncq run NAME -- COMMAND` makes a FIFO";
// The title, and the bottom line.
constexpr std::size_t kAround = 2;
// A pane that is left with less shows nothing of use.
constexpr std::size_t kLeastPane = 2;

ScreenLine text_line(std::string_view text, Style style, std::size_t columns) {
  ScreenLine line;
  line.spans.push_back({cut_to_width(sanitize(text), columns), style});
  return line;
}

std::string plural(std::int64_t number, std::string_view one,
                   std::string_view more) {
  return fmt::format("{} {}", number, number == 1 ? one : more);
}

std::string all_summary(const Snapshot& all) {
  std::int64_t held = 0;
  std::int64_t waiting = 0;
  std::int64_t messages = 0;
  for (const TopFifo& each : all.fifos) {
    held += each.held;
    waiting += each.waiting;
  }
  for (const TopQueue& each : all.queues) messages += each.stored();
  std::string more = all.has_more ? "+" : "";
  return fmt::format(
      "{}{}, {} held, {} waiting; {}{}, {}",
      plural(static_cast<std::int64_t>(all.fifos.size()), "FIFO", "FIFOs"),
      more, held, waiting,
      plural(static_cast<std::int64_t>(all.queues.size()), "queue", "queues"),
      more, plural(messages, "message", "messages"));
}

std::string summary(const TopModel& model) {
  if (const TopFifo* fifo = model.fifo()) {
    return fmt::format("FIFO {}{}: {} of {} held, {} waiting{}", fifo->name,
                       fifo->is_paused ? " (paused)" : "", fifo->taken,
                       fifo->slots, fifo->waiting,
                       fifo->rate.empty() ? "" : ", at most " + fifo->rate);
  }
  if (const TopQueue* queue = model.queue()) {
    return fmt::format(
        "queue {}{}: {} ready, {} leased, {} delayed{}{}", queue->name,
        queue->is_paused ? " (paused)" : "", queue->ready, queue->leased,
        queue->delayed,
        queue->blocked == 0 ? "" : fmt::format(", {} blocked", queue->blocked),
        queue->rate.empty() ? "" : fmt::format("; at most {}", queue->rate));
  }
  if (model.view() != View::kAll) return "it is there no more";
  if (model.is_empty()) return "";
  return all_summary(model.snapshot());
}

ScreenLine title(const TopControl& control, std::size_t columns) {
  std::string text = "syncq top  ";
  if (!control.is_connected()) {
    text += kGone;
    return text_line(text, Style::kBad, columns);
  }
  text += summary(control.model());
  bool all = control.model().view() == View::kAll;
  if (all && !control.model().filter.empty()) {
    text += fmt::format("  /{}", control.model().filter);
  }
  return text_line(text, Style::kStrong, columns);
}

ScreenLine bottom(const TopControl& control, std::size_t columns) {
  const TopModel& model = control.model();
  if (control.mode() == Mode::kFilter) {
    return text_line("/" + model.filter + "_", Style::kStrong, columns);
  }
  if (!control.notice().empty()) {
    // The end of a question is what to answer.
    ScreenLine line;
    line.spans.push_back({cut_middle(sanitize(control.notice()), columns),
                          control.is_refusal() ? Style::kBad : Style::kStrong});
    return line;
  }
  if (control.mode() == Mode::kHelp) {
    return text_line("any key: back", Style::kFaint, columns);
  }
  constexpr std::string_view kKeys =
      "q quit  ? help  enter open  / filter  s sort  c cancel  k kill  "
      "f front  p pause";
  constexpr std::string_view kOpenKeys =
      "q quit  ? help  esc back  c cancel  k kill  f front  p pause";
  constexpr std::string_view kQueueKeys =
      "q quit  ? help  esc back  left/right other messages  p pause  r redrive";
  std::string_view keys = model.view() == View::kAll    ? kKeys
                          : model.view() == View::kFifo ? kOpenKeys
                                                        : kQueueKeys;
  return text_line(keys, Style::kFaint, columns);
}

Screen pane_of(const TopModel& model, std::size_t index,
               const std::vector<Row>& rows, const std::string& selected,
               const Drawing& drawing) {
  bool all = model.view() == View::kAll;
  if (!all && index == 1) return turn_pane(rows, selected, drawing, false);
  if (model.view() == View::kQueue) {
    return message_pane(rows, selected, drawing);
  }
  if (index == 0) return fifo_pane(model, rows, selected, drawing);
  if (index == 1) return queue_pane(model, rows, selected, drawing);
  return turn_pane(rows, selected, drawing, true);
}

// The header, and as many rows as there is room for, the selected one among
// them.
void append_part(Screen& screen, Screen pane, std::size_t lines,
                 std::size_t columns) {
  std::size_t rows = pane.size() - 1;
  if (lines > rows) {
    screen.insert(screen.end(), pane.begin(), pane.end());
    return;
  }
  // In a single line, what is selected without the header.
  std::size_t shown = std::max<std::size_t>(lines - 1, 1);
  auto found = std::find_if(pane.begin(), pane.end(),
                            [](const auto& line) { return line.is_selected; });
  std::size_t first = 0;
  if (found != pane.end()) {
    auto at = static_cast<std::size_t>(found - pane.begin()) - 1;
    first = std::min(at > shown / 2 ? at - shown / 2 : 0, rows - shown);
  }
  auto begin = pane.begin() + 1 + static_cast<std::ptrdiff_t>(first);
  if (lines == 1) {
    screen.push_back(std::move(*begin));
    return;
  }
  std::string note =
      fmt::format(" {}-{} of {}", first + 1, first + shown, rows);
  std::string header = plain_text(pane.front());
  if (text_width(header) + note.size() > columns) {
    header = cut_to_width(header, columns - std::min(columns, note.size()));
  }
  screen.push_back(text_line(header + note, Style::kStrong, columns));
  screen.insert(screen.end(), begin,
                begin + static_cast<std::ptrdiff_t>(shown));
}

// Lines above the panes: what one queue looks like.
Screen facts(const TopModel& model, const Drawing& drawing) {
  Screen screen;
  const TopQueue* queue = model.queue();
  const Minute* minute = queue != nullptr ? model.minute(*queue) : nullptr;
  if (minute == nullptr) return screen;
  std::size_t columns = drawing.size.columns;
  std::size_t parts = std::clamp<std::size_t>(columns / 2, 10, 60);
  auto add = [&](std::string_view what, const Minute::Series& series) {
    double most = 0;
    for (const auto& each : series) most = std::max(most, each.value_or(0));
    screen.push_back(text_line(
        fmt::format(
            "  {:<9}{}  at most {}", what, sparkline(series, drawing.size.utf8),
            what == "stored" ? short_number(static_cast<std::int64_t>(most))
                             : fmt::format("{:.1f}/s", most)),
        Style::kPlain, columns));
  };
  add("stored", minute->stored(parts, drawing.now));
  add("in", minute->in(parts, drawing.now));
  add("out", minute->out(parts, drawing.now));
  screen.push_back({});
  screen.push_back(
      text_line(model.panes()[0].empty()
                    ? fmt::format("  no {} messages", model.message_state)
                    : fmt::format("  {} messages, the first of them",
                                  model.message_state),
                Style::kPlain, columns));
  return screen;
}

bool has_selected(const Screen& pane) {
  return std::any_of(pane.begin(), pane.end(),
                     [](const ScreenLine& line) { return line.is_selected; });
}

// Of each pane, with an empty line between two.
std::vector<std::size_t> lines_of(const std::vector<Screen>& panes,
                                  std::size_t room) {
  std::vector<std::size_t> wanted;
  for (const Screen& each : panes) wanted.push_back(each.size());
  std::size_t between = panes.empty() ? 0 : panes.size() - 1;
  return share_lines(wanted, room > between ? room - between : 0);
}

// `room`: lines for all of them. Where one would be left with too few, the last
// ones go, but never the one with what is selected.
void append_panes(Screen& screen, const TopModel& model, const Drawing& drawing,
                  std::size_t room) {
  auto selected = model.selected();
  std::string id = selected ? selected->id() : "";
  std::vector<Screen> panes;
  auto rows = model.panes();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].empty()) continue;
    panes.push_back(pane_of(model, i, rows[i], id, drawing));
  }
  std::vector<std::size_t> lines = lines_of(panes, room);
  while (panes.size() > 1 && std::ranges::min(lines) < kLeastPane) {
    auto last = std::find_if_not(panes.rbegin(), panes.rend(), has_selected);
    panes.erase(std::next(last).base());
    lines = lines_of(panes, room);
  }
  for (std::size_t i = 0; i < panes.size() && lines[i] > 0; ++i) {
    if (i > 0) screen.push_back({});
    append_part(screen, std::move(panes[i]), lines[i], drawing.size.columns);
  }
}

Screen body(const TopControl& control, const Drawing& drawing,
            std::size_t room) {
  const TopModel& model = control.model();
  std::size_t columns = drawing.size.columns;
  if (control.mode() == Mode::kHelp) return help_screen(columns);
  Screen screen = facts(model, drawing);
  bool is_bare = model.snapshot().fifos.empty() &&
                 model.snapshot().queues.empty() && !model.is_empty();
  if (is_bare) {
    screen.push_back(text_line(kNothing, Style::kPlain, columns));
  }
  append_panes(screen, model, drawing,
               room > screen.size() ? room - screen.size() : 0);
  return screen;
}

}  // namespace

std::vector<std::size_t> share_lines(const std::vector<std::size_t>& wanted,
                                     std::size_t room) {
  std::vector<std::size_t> lines(wanted.size());
  std::size_t hungry = wanted.size();
  while (hungry > 0 && room > 0) {
    hungry = 0;
    for (std::size_t i = 0; i < wanted.size() && room > 0; ++i) {
      if (lines[i] == wanted[i]) continue;
      ++lines[i];
      --room;
      ++hungry;
    }
  }
  return lines;
}

Screen draw_top(const TopControl& control, const Drawing& drawing) {
  std::size_t rows = drawing.size.rows;
  Screen screen{title(control, drawing.size.columns)};
  if (rows <= kAround) {
    screen.resize(rows);
    return screen;
  }
  std::size_t room = rows - kAround;
  Screen inside = body(control, drawing, room);
  inside.resize(room);
  screen.insert(screen.end(), inside.begin(), inside.end());
  screen.push_back(bottom(control, drawing.size.columns));
  return screen;
}

std::string whole_text(const TopControl& control, const Drawing& drawing) {
  constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max() / 2;
  Screen screen{title(control, drawing.size.columns)};
  Screen inside = body(control, drawing, kAll);
  screen.insert(screen.end(), inside.begin(), inside.end());
  std::string text;
  for (const ScreenLine& line : screen) {
    std::string plain = plain_text(line);
    plain.erase(plain.find_last_not_of(' ') + 1);
    text += plain + '\n';
  }
  return text;
}

}  // namespace syncq
