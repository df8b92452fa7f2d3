#pragma once

#include <cstddef>
#include <limits>
#include <string>
#include <vector>

namespace syncq {

// Never colour alone: what a style says stands in the text as well.
enum class Style { kPlain, kStrong, kFaint, kGood, kBad };

struct Span {
  std::string text;
  Style style = Style::kPlain;
};

struct ScreenLine {
  std::vector<Span> spans;
  bool is_selected = false;
};
using Screen = std::vector<ScreenLine>;

// Of a terminal.
struct ScreenSize {
  std::size_t columns = 80;
  std::size_t rows = 24;
  bool utf8 = true;
};

// The line without its styles.
std::string plain_text(const ScreenLine& line);

// A column that is never cut: half a number says something else.
inline constexpr std::size_t kUncut = std::numeric_limits<std::size_t>::max();

struct GridColumn {
  std::string title;
  // As narrow as it may become.
  std::size_t least = kUncut;
  bool is_right = false;
  // Where there is no room for all, the highest go.
  int rank = 0;
};
struct GridRow {
  std::vector<Span> cells;
  bool is_selected = false;
};

// A header and the rows below it, in aligned columns, two spaces apart, none
// wider than `width`; the selected row begins with ">". Cells are sanitized. An
// empty column has no place.
Screen grid(const std::vector<GridColumn>& columns,
            const std::vector<GridRow>& rows, std::size_t width);

}  // namespace syncq
