#include "cli/holder.h"

#include "cli/json_fields.h"
#include "cli/text.h"

namespace syncq {

std::string HolderInfo::text() const {
  std::string where = pid.empty() ? "" : "pid " + pid;
  if (!cwd.empty()) {
    if (!where.empty()) where += ", ";
    where += harmless(with_tilde(cwd));
  }
  std::string who = harmless(label);
  if (where.empty()) return who.empty() ? "a ticket" : who;
  return who.empty() ? where : who + " (" + where + ")";
}

std::optional<HolderInfo> read_holder(const nlohmann::json& value) {
  if (!value.is_object() || value.empty()) return std::nullopt;
  HolderInfo holder;
  holder.label = field_text(value, "label");
  holder.pid = field_text(value, "pid");
  holder.cwd = field_text(value, "cwd");
  const nlohmann::json& held = field_of(value, "held_ms");
  if (held.is_number()) {
    holder.held = std::chrono::milliseconds(held.get<std::int64_t>());
  }
  return holder;
}

}  // namespace syncq
