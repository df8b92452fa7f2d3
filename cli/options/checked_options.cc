// Options of which not every value will do.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "cli/base/number.h"
#include "cli/client/row_format.h"
#include "cli/options/command_line.h"
#include "common/duration.h"

namespace syncq {
namespace {

std::string check_duration(const std::string& text) {
  Result<Duration> duration = parse_duration(text, "duration");
  return duration ? std::string() : duration.refusal().message;
}

}  // namespace

void CommandLine::duration(const char* names, std::string& value,
                           const char* help, const char* type) {
  checked(names, value, help, type, check_duration);
}

void CommandLine::number(const char* names, std::string& value,
                         std::int64_t low, std::int64_t high,
                         const char* help) {
  checked(names, value, help, "N", [low, high](const std::string& text) {
    return read_number(text, low, high)
               ? std::string()
               : fmt::format(
                     "'{}' is no whole number from {} to {}, in decimal digits",
                     text, low, high);
  });
}

void CommandLine::choice(const char* names, std::string& value,
                         const std::vector<std::string>& choices,
                         const char* help) {
  std::string all = fmt::format("{}", fmt::join(choices, "|"));
  auto complaint = [choices, all](const std::string& text) {
    bool known =
        std::find(choices.begin(), choices.end(), text) != choices.end();
    return known ? std::string()
                 : fmt::format("'{}' is not one of {}", text, all);
  };
  checked(names, value, help, all.c_str(), complaint, choices);
}

void CommandLine::format(ClientOptions& options,
                         const std::vector<std::string>& fields) {
  auto complaint = [fields](const std::string& text) {
    Result<RowFormat> format = RowFormat::read(text, fields);
    return format ? std::string() : format.refusal().message;
  };
  std::vector<std::string> offers;
  for (const std::string& field : fields) offers.push_back("{" + field + "}");
  checked("--format", options.format,
          "Each row as this: {name} stands for a field, see syncq-json(7)",
          "TEMPLATE", complaint, std::move(offers));
}

}  // namespace syncq
