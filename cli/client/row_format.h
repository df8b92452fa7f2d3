#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"

namespace syncq {

// A --format: what each row of a list is printed as. {NAME} stands for a field
// of the row's JSON, {OBJECT.NAME} for one of an object in it, {{ and }} for
// braces, \n, \t and \\ for a line's end, a tab and a backslash.
class RowFormat {
 public:
  // The refusal says what is wrong, also if a field is none of `fields`.
  static Result<RowFormat> read(std::string_view text,
                                const std::vector<std::string>& fields);
  // One that read() has let pass.
  explicit RowFormat(std::string_view text);

  // The row as a line. What is null or missing is empty; values are sanitized,
  // so that a row is no more lines than the format has.
  std::string line(const nlohmann::json& row) const;

 private:
  struct Part {
    bool is_field = false;
    std::string text;  // what is printed as it is, or a field's name
  };

  RowFormat() = default;
  // What is wrong with `text`; "" for nothing.
  std::string parse(std::string_view text);
  void add(char c);

  std::vector<Part> parts_;
};

}  // namespace syncq
