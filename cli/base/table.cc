#include "cli/base/table.h"

#include <algorithm>
#include <limits>

#include "cli/base/text.h"

namespace syncq {
namespace {

constexpr std::size_t kGap = 2;
// Cells are not cut to fewer columns.
constexpr std::size_t kLeastCut = 10;

}  // namespace

Table::Table(std::vector<std::string> header) {
  if (!header.empty()) rows_.push_back(std::move(header));
}

void Table::row(std::vector<std::string> cells) {
  for (std::string& cell : cells) {
    cell = cell.empty() ? "-" : sanitize(cell);
  }
  rows_.push_back(std::move(cells));
}

std::vector<std::size_t> Table::widths_within(std::size_t columns) const {
  std::vector<std::size_t> widths;
  for (const auto& cells : rows_) {
    widths.resize(std::max(widths.size(), cells.size()));
    for (std::size_t i = 0; i < cells.size(); ++i) {
      widths[i] = std::max(widths[i], text_width(cells[i]));
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

std::string Table::text(std::optional<std::size_t> columns) const {
  std::size_t most = columns.value_or(std::numeric_limits<std::size_t>::max());
  std::vector<std::size_t> widths = widths_within(most);
  std::string text;
  for (const auto& cells : rows_) {
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      std::string cell = cut_middle(cells[i], widths[i]);
      line += cell;
      if (i + 1 == cells.size()) break;
      line.append(widths[i] + kGap - text_width(cell), ' ');
    }
    text += cut_to_width(line, most) + '\n';
  }
  return text;
}

}  // namespace syncq
