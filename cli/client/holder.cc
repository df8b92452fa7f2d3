#include "cli/client/holder.h"

#include "cli/base/text.h"
#include "cli/client/json_fields.h"

namespace syncq {
namespace {

constexpr std::size_t kLeastLabel = 8;

}  // namespace

std::string HolderInfo::text(std::size_t columns) const {
  std::string where = pid.empty() ? "" : "pid " + pid;
  if (stopped) where += where.empty() ? "stopped" : ", stopped";
  if (!cwd.empty()) {
    if (!where.empty()) where += ", ";
    where += sanitize(with_tilde(cwd));
  }
  std::string who = sanitize(label);
  if (where.empty()) return cut_middle(who.empty() ? "a ticket" : who, columns);
  if (who.empty()) return cut_middle(where, columns);
  where = " (" + where + ")";
  std::size_t width = text_width(where);
  if (text_width(who) + width <= columns) return who + where;
  // If there is no room for both, the command says more than its pid.
  if (columns < width + kLeastLabel) return cut_middle(who, columns);
  return cut_middle(who, columns - width) + where;
}

std::optional<HolderInfo> read_holder(const nlohmann::json& value) {
  if (!value.is_object() || value.empty()) return std::nullopt;
  HolderInfo holder;
  holder.label = field_text(value, "label");
  holder.pid = field_text(value, "pid");
  holder.cwd = field_text(value, "cwd");
  holder.stopped = field_text(value, "stopped") == "true";
  holder.held = field_duration(value, "held_ms").value_or(Duration::zero());
  holder.expected_run = field_duration(value, "expected_run_ms");
  return holder;
}

}  // namespace syncq
