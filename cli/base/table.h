#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "cli/base/colour.h"

namespace syncq {

// A table's cell: any text, of which the beginning may be in colour.
struct Cell {
  // Both convert: most rows are lists of texts.
  Cell(std::string text, Colour colour = Colour::kNone,
       std::size_t coloured = std::string::npos)
      : text(std::move(text)), colour(colour), coloured(coloured) {}
  Cell(const char* text) : text(text) {}

  std::string text;
  Colour colour = Colour::kNone;
  std::size_t coloured = std::string::npos;  // bytes
};

// Text in aligned columns, two spaces apart. Cells are sanitized.
class Table {
 public:
  // A table without a header if `header` is empty.
  explicit Table(std::vector<std::string> header);

  void row(std::vector<Cell> cells);
  // All lines; a last column is not padded, an empty cell shows as "-". With
  // `columns`, no line is wider: columns under a header that have no cell with
  // text are left out, then the widest cells are cut in the middle. In colour
  // if so asked, else with none.
  std::string text(std::optional<std::size_t> columns = std::nullopt,
                   bool in_colour = false) const;
  // The same for stdout, in colour if that can be; `wide`: none is cut.
  std::string for_stdout(bool wide) const;

 private:
  std::vector<std::size_t> widths() const;
  std::vector<std::size_t> widths_within(std::size_t columns) const;
  bool has_text(std::size_t column) const;

  bool has_header_;
  std::vector<std::vector<Cell>> rows_;
};

}  // namespace syncq
