#include "cli/daemon/setting_values.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/base/number.h"
#include "common/duration.h"
#include "common/http_target.h"

namespace syncq {
namespace {

constexpr std::size_t kMostValues = 64;

}  // namespace

Failure FoundSetting::bad(std::string_view value, std::string_view why) const {
  std::string_view way_out = source == "environment"
                                 ? "; correct or unset it"
                                 : "; correct it or leave it out";
  return Failure(
      fmt::format("reading {} '{}': {}{}", where, value, why, way_out),
      kExitUsage);
}

void check_count(const FoundSetting& found) {
  std::size_t most = found.rule.kind == SettingKind::kList ? kMostValues : 1;
  std::size_t least = found.rule.kind == SettingKind::kList ? 0 : 1;
  if (found.values.size() > most || found.values.size() < least) {
    throw found.bad(fmt::format("{}", fmt::join(found.values, ", ")),
                    most == 1
                        ? "it must be one value"
                        : fmt::format("it must have at most {} values", most));
  }
}

Duration read_duration(const FoundSetting& found, Duration least,
                       Duration most) {
  Result<Duration> duration =
      parse_duration(found.value(), "reading " + found.where);
  if (!duration) throw Failure(duration.refusal().message, kExitUsage);
  if (*duration < least) {
    throw found.bad(found.value(), fmt::format("it must be at least {}",
                                               format_duration(least)));
  }
  if (*duration > most) {
    throw found.bad(found.value(), fmt::format("it must be at most {}",
                                               format_duration(most)));
  }
  return *duration;
}

std::uint64_t read_bytes(const FoundSetting& found) {
  auto bytes = read_number(found.value(), 1, kMostBytes);
  if (!bytes) {
    throw found.bad(
        found.value(),
        fmt::format("it must be a number of bytes from 1 to {}", kMostBytes));
  }
  return static_cast<std::uint64_t>(*bytes);
}

// Its value, if it is one of the choices in `rule.values`.
std::string read_choice(const FoundSetting& found) {
  std::string all = fmt::format("|{}|", found.rule.values);
  const std::string& value = found.value();
  bool known = value.find('|') == value.npos &&
               all.find(fmt::format("|{}|", value)) != all.npos;
  if (!known) {
    throw found.bad(value,
                    fmt::format("it must be one of {}", found.rule.values));
  }
  return value;
}

bool read_flag(FoundSetting& found) {
  std::string given = found.value();
  bool on = given == "true" || given == "1";
  if (!on && given != "false" && given != "0") {
    throw found.bad(given, "it must be true or false");
  }
  found.values = {on ? "true" : "false"};
  return on;
}

std::vector<TcpAddress> read_addresses(const FoundSetting& found) {
  std::vector<TcpAddress> addresses;
  for (const std::string& value : found.values) {
    Result<TcpAddress> address = parse_tcp_address(value);
    if (!address) {
      throw Failure(
          fmt::format("reading {}: {}", found.where, address.refusal().message),
          kExitUsage);
    }
    addresses.push_back(*address);
  }
  return addresses;
}

std::vector<std::string> read_hosts(const FoundSetting& found) {
  for (const std::string& value : found.values) {
    if (!value.empty() && is_host(value)) continue;
    throw found.bad(value,
                    "it must be NAME or NAME:PORT, as build.example or "
                    "build.example:7077");
  }
  return found.values;
}

}  // namespace syncq
