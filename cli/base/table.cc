#include "cli/base/table.h"

#include <algorithm>
#include <limits>

#include "cli/base/terminal.h"
#include "cli/base/text.h"

namespace syncq {
namespace {

constexpr std::size_t kGap = 2;
// Cells are not cut to fewer columns.
constexpr std::size_t kLeastCut = 10;

constexpr std::string_view kNothing = "-";

std::size_t width_of_all(const std::vector<std::size_t>& widths) {
  std::size_t all = 0;
  for (std::size_t width : widths) all += width == 0 ? 0 : width + kGap;
  return std::max(all, kGap) - kGap;
}

// `shown` is what is left of the cell's text.
std::string in_its_colour(const Cell& cell, const std::string& shown) {
  std::size_t coloured = std::min(cell.coloured, shown.size());
  std::string_view part = std::string_view(shown).substr(0, coloured);
  // What is cut from it would leave an "…" that is half in colour.
  if (!cell.text.starts_with(part)) part = shown;
  return painted(part, cell.colour) + shown.substr(part.size());
}

}  // namespace

Table::Table(std::vector<std::string> header) : has_header_(!header.empty()) {
  if (has_header_) rows_.emplace_back(header.begin(), header.end());
}

void Table::row(std::vector<Cell> cells) {
  for (Cell& cell : cells) {
    cell.text = cell.text.empty() ? std::string(kNothing) : sanitize(cell.text);
  }
  rows_.push_back(std::move(cells));
}

std::vector<std::size_t> Table::widths() const {
  std::vector<std::size_t> widths;
  for (const auto& cells : rows_) {
    widths.resize(std::max(widths.size(), cells.size()));
    for (std::size_t i = 0; i < cells.size(); ++i) {
      widths[i] = std::max(widths[i], text_width(cells[i].text));
    }
  }
  return widths;
}

bool Table::has_text(std::size_t column) const {
  return std::any_of(rows_.begin() + 1, rows_.end(), [&](const auto& cells) {
    return column < cells.size() && cells[column].text != kNothing;
  });
}

// 0 for a column that is left out.
std::vector<std::size_t> Table::widths_within(std::size_t columns) const {
  std::vector<std::size_t> widths = this->widths();
  if (width_of_all(widths) <= columns) return widths;
  if (has_header_ && rows_.size() > 1) {
    for (std::size_t i = 0; i < widths.size(); ++i) {
      if (!has_text(i)) widths[i] = 0;
    }
  }
  for (std::size_t all = width_of_all(widths); all > columns; --all) {
    auto widest = std::max_element(widths.begin(), widths.end());
    // Only numbers are left to cut: better cut the line's end.
    if (*widest <= kLeastCut) break;
    --*widest;
  }
  return widths;
}

std::string Table::text(std::optional<std::size_t> columns,
                        bool in_colour) const {
  std::size_t most = columns.value_or(std::numeric_limits<std::size_t>::max());
  std::vector<std::size_t> widths = widths_within(most);
  std::string text;
  for (const auto& cells : rows_) {
    std::string line;
    std::size_t gap = 0;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (widths[i] == 0) continue;
      std::string shown = cut_middle(cells[i].text, widths[i]);
      line.append(gap, ' ');
      line += in_colour ? in_its_colour(cells[i], shown) : shown;
      gap = widths[i] + kGap - text_width(shown);
    }
    text += cut_painted(line, most) + '\n';
  }
  return text;
}

std::string Table::for_stdout(bool wide) const {
  return text(wide ? std::nullopt : table_columns(), stdout_has_colours());
}

}  // namespace syncq
