#pragma once

#include <string>
#include <vector>

namespace syncq {

// Text in aligned columns, two spaces apart, the same on a terminal and in a
// pipe. Cells are made harmless.
class Table {
 public:
  // A table without a header where `header` is empty.
  explicit Table(std::vector<std::string> header);

  void row(std::vector<std::string> cells);
  // All lines; a last column is not padded, an empty cell shows as "-".
  std::string text() const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace syncq
