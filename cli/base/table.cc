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

// `shown` is what is left of the cell's text.
std::string in_its_colour(const Cell& cell, const std::string& shown) {
  std::size_t coloured = std::min(cell.coloured, shown.size());
  std::string_view part = std::string_view(shown).substr(0, coloured);
  // What is cut from it would leave an "…" that is half in colour.
  if (!cell.text.starts_with(part)) part = shown;
  return painted(part, cell.colour) + shown.substr(part.size());
}

}  // namespace

Table::Table(std::vector<std::string> header) {
  if (!header.empty()) rows_.emplace_back(header.begin(), header.end());
}

void Table::row(std::vector<Cell> cells) {
  for (Cell& cell : cells) {
    cell.text = cell.text.empty() ? "-" : sanitize(cell.text);
  }
  rows_.push_back(std::move(cells));
}

std::vector<std::size_t> Table::widths_within(std::size_t columns) const {
  std::vector<std::size_t> widths;
  for (const auto& cells : rows_) {
    widths.resize(std::max(widths.size(), cells.size()));
    for (std::size_t i = 0; i < cells.size(); ++i) {
      widths[i] = std::max(widths[i], text_width(cells[i].text));
    }
  }
  if (widths.empty()) return widths;
  std::size_t all = kGap * (widths.size() - 1);
  for (std::size_t width : widths) all += width;
  for (; all > columns; --all) {
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
    for (std::size_t i = 0; i < cells.size(); ++i) {
      std::string shown = cut_middle(cells[i].text, widths[i]);
      line += in_colour ? in_its_colour(cells[i], shown) : shown;
      if (i + 1 == cells.size()) break;
      line.append(widths[i] + kGap - text_width(shown), ' ');
    }
    text += cut_painted(line, most) + '\n';
  }
  return text;
}

std::string Table::for_stdout(bool wide) const {
  return text(wide ? std::nullopt : table_columns(), stdout_has_colours());
}

}  // namespace syncq
