#include "cli/options/rate_option.h"

#include <fmt/format.h>

#include "common/rate.h"

namespace syncq {

void add_rate_option(CommandLine& line, std::string& value, const char* help) {
  line.checked("--rate", value, help, "RATE", [](const std::string& text) {
    if (is_none(text) || parse_rate(text)) return std::string();
    return fmt::format("'{}' is neither {}, nor none", text, kRateGrammar);
  });
}

}  // namespace syncq
