#include "cli/top/grid.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "cli/base/text.h"

namespace syncq {
namespace {

constexpr std::size_t kGap = 2;
// "> " before what is selected.
constexpr std::size_t kMargin = 2;

// Which columns there is room for, and how wide each is.
class Widths {
 public:
  Widths(const std::vector<GridColumn>& columns,
         const std::vector<GridRow>& rows, std::size_t room)
      : columns_(columns), widths_(columns.size()) {
    std::vector<bool> is_used(columns.size());
    for (const GridRow& row : rows) {
      for (std::size_t i = 0; i < row.cells.size(); ++i) {
        std::size_t width = text_width(row.cells[i].text);
        is_used[i] = is_used[i] || width > 0;
        widths_[i] = std::max(widths_[i], width);
      }
    }
    for (std::size_t i = 0; i < columns.size(); ++i) {
      widths_[i] = std::max(widths_[i], text_width(columns[i].title));
      if (!rows.empty() && !is_used[i] && i > 0) widths_[i] = 0;
    }
    while (all() > room && (narrow() || leave_out())) continue;
    widths_[0] = std::min(widths_[0], room);
  }

  // 0: it is left out.
  std::size_t of(std::size_t column) const { return widths_[column]; }

 private:
  std::size_t all() const {
    std::size_t shown = 0;
    for (std::size_t width : widths_) shown += width > 0 ? 1 : 0;
    return std::accumulate(widths_.begin(), widths_.end(), std::size_t{0}) +
           kGap * (shown > 0 ? shown - 1 : 0);
  }

  std::size_t spare(std::size_t i) const {
    return widths_[i] > columns_[i].least ? widths_[i] - columns_[i].least : 0;
  }

  bool narrow() {
    std::size_t best = 0;
    for (std::size_t i = 1; i < widths_.size(); ++i) {
      if (spare(i) > spare(best)) best = i;
    }
    if (spare(best) == 0) return false;
    --widths_[best];
    return true;
  }

  // Never the first one.
  bool leave_out() {
    std::size_t out = 0;
    for (std::size_t i = 1; i < widths_.size(); ++i) {
      if (widths_[i] == 0) continue;
      if (out == 0 || columns_[i].rank > columns_[out].rank) out = i;
    }
    if (out == 0) return false;
    widths_[out] = 0;
    return true;
  }

  const std::vector<GridColumn>& columns_;
  std::vector<std::size_t> widths_;
};

ScreenLine line_of(const std::vector<GridColumn>& columns,
                   const std::vector<Span>& cells, const Widths& widths,
                   bool is_selected) {
  ScreenLine line;
  line.is_selected = is_selected;
  std::string before = is_selected ? "> " : "  ";
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (widths.of(i) == 0) continue;
    std::string text = cut_middle(cells[i].text, widths.of(i));
    std::string padding(widths.of(i) - text_width(text), ' ');
    if (columns[i].is_right) before += std::exchange(padding, "");
    line.spans.push_back({std::move(before), Style::kPlain});
    line.spans.push_back({std::move(text), cells[i].style});
    before = padding + std::string(kGap, ' ');
  }
  return line;
}

}  // namespace

std::string plain_text(const ScreenLine& line) {
  std::string text;
  for (const Span& span : line.spans) text += span.text;
  return text;
}

Screen grid(const std::vector<GridColumn>& columns,
            const std::vector<GridRow>& rows, std::size_t width) {
  std::size_t room = width > kMargin ? width - kMargin : 0;
  std::vector<GridRow> safe = rows;
  for (GridRow& row : safe) {
    for (Span& cell : row.cells) cell.text = sanitize(cell.text);
  }
  Widths widths(columns, safe, room);
  std::vector<Span> titles;
  for (const GridColumn& each : columns) {
    titles.push_back({each.title, Style::kStrong});
  }
  Screen screen{line_of(columns, titles, widths, false)};
  for (const GridRow& row : safe) {
    screen.push_back(line_of(columns, row.cells, widths, row.is_selected));
  }
  return screen;
}

}  // namespace syncq
