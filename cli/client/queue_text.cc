#include "cli/client/queue_text.h"

#include "cli/client/json_fields.h"

namespace syncq {

std::string leased_text(const nlohmann::json& queue) {
  std::string leased = field_text(queue, "leased");
  std::string most = field_text(queue, "in_flight");
  return most.empty() ? leased : leased + "/" + most;
}

std::string limits_text(const nlohmann::json& queue) {
  std::string in_flight = field_text(queue, "in_flight");
  std::string rate = field_text(queue, "rate");
  if (!in_flight.empty()) in_flight += " in flight";
  if (in_flight.empty() || rate.empty()) return in_flight + rate;
  return in_flight + ", " + rate;
}

}  // namespace syncq
