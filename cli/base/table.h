#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace syncq {

// Text in aligned columns, two spaces apart. Cells are sanitized.
class Table {
 public:
  // A table without a header if `header` is empty.
  explicit Table(std::vector<std::string> header);

  void row(std::vector<std::string> cells);
  // All lines; a last column is not padded, an empty cell shows as "-". With
  // `columns`, no line is wider: the widest cells are cut in the middle.
  std::string text(std::optional<std::size_t> columns = std::nullopt) const;

 private:
  std::vector<std::size_t> widths_within(std::size_t columns) const;

  std::vector<std::vector<std::string>> rows_;
};

}  // namespace syncq
