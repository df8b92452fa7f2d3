#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/base/failure.h"
#include "cli/daemon/settings.h"
#include "common/duration.h"

namespace syncq {

// A setting's values as texts, and where they come from.
struct FoundSetting {
  const SettingRule& rule;
  std::vector<std::string> values;
  std::string source;  // as in Setting
  std::string where;   // for people, as "$SYNCQ_TCP"

  const std::string& value() const { return values.front(); }
  // A usage error that names the place, the value and the remedy.
  Failure bad(std::string_view value, std::string_view why) const;
};

// Each throws Failure if a value is not what the setting takes. But for lists
// there is one value: check_count() comes first.
void check_count(const FoundSetting& found);
Duration read_duration(const FoundSetting& found, Duration least = {},
                       Duration most = kMaxDuration);
std::uint64_t read_bytes(const FoundSetting& found);
std::string read_choice(const FoundSetting& found);
// The value becomes "true" or "false".
bool read_flag(FoundSetting& found);
std::vector<TcpAddress> read_addresses(const FoundSetting& found);
std::vector<std::string> read_hosts(const FoundSetting& found);

}  // namespace syncq
