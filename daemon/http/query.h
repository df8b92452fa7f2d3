#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/clock.h"
#include "common/result.h"

namespace syncq {

// The decoded parameters of a request.
class Query {
 public:
  // Refuses what is not among `allowed` and what is given twice, but for
  // `repeats`: a mistyped timeout must not be ignored.
  static Result<Query> parse(std::string_view text,
                             std::span<const std::string_view> allowed,
                             std::string_view repeats = "");
  // Adds those of a form, application/x-www-form-urlencoded, with the same
  // checks. There a '+' is a space.
  Result<> add_form(std::string_view form,
                    std::span<const std::string_view> allowed,
                    std::string_view repeats = "");

  // The first one.
  const std::string* find(std::string_view name) const;
  std::string text(std::string_view name) const;
  std::vector<std::string> all(std::string_view name) const;

  // nullopt if the parameter is not given.
  Result<std::optional<Duration>> duration(std::string_view name) const;
  Result<std::optional<bool>> boolean(std::string_view name) const;
  Result<std::optional<std::int64_t>> number(std::string_view name,
                                             std::int64_t least,
                                             std::int64_t most) const;

 private:
  Result<> add(std::string_view text, std::span<const std::string_view> allowed,
               std::string_view repeats);

  std::vector<std::pair<std::string, std::string>> pairs_;
};

}  // namespace syncq
