#include "cli/queue/limit_options.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/base/number.h"
#include "cli/options/rate_option.h"
#include "common/rate.h"

namespace syncq {
namespace {

std::string check_in_flight(const std::string& text) {
  if (is_none(text) || read_number(text, 1, kMostOfLimit)) return {};
  return fmt::format("'{}' is neither a whole number from 1 nor none", text);
}

}  // namespace

void LimitOptions::add_to(CommandLine& line) {
  line.checked("--in-flight", in_flight,
               "How many messages may be leased at once; none: any number", "N",
               check_in_flight);
  add_rate_option(line, rate,
                  "How many are given out, like 10/s, 100/m or 5/h; none: any");
}

void LimitOptions::add_to(nlohmann::json& queue) const {
  if (!in_flight.empty()) queue["in_flight"] = nullptr;
  if (auto most = read_number(in_flight, 1, kMostOfLimit)) {
    queue["in_flight"] = *most;
  }
  if (!rate.empty()) queue["rate"] = nullptr;
  if (!is_none(rate) && !rate.empty()) queue["rate"] = rate;
}

}  // namespace syncq
