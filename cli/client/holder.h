#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "common/clock.h"

namespace syncq {

// Who holds a FIFO's turn, as the API tells it.
struct HolderInfo {
  std::string label;
  std::string pid;
  std::string cwd;
  Duration held{};
  bool stopped = false;
  // All of its turn; none: not known.
  std::optional<Duration> expected_run{};

  // "make deploy (pid 812, ~/app)", sanitized. The label is shortened to fit
  // `columns`.
  std::string text(std::size_t columns = std::string::npos) const;
};

// Reads the API's "holder"; nullopt for null.
std::optional<HolderInfo> read_holder(const nlohmann::json& value);

}  // namespace syncq
