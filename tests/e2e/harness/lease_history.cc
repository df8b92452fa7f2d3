#include "tests/e2e/harness/lease_history.h"

#include <map>

namespace syncq::e2e {
namespace {

using End = Delivery::End;

// Why one delivery of a message can't have come after another.
std::string why_not_after(const Delivery& earlier, const Delivery& later,
                          Time lease) {
  const std::string& name = earlier.message;
  if (later.answered < earlier.called) return name + " came in no order";
  if (earlier.end == End::kAcked) {
    if (later.called > earlier.ended_by) {
      return name + " came again after it was acknowledged";
    }
    if (later.answered < earlier.ended_from) {
      return name + " was acknowledged by one whose lease was over";
    }
  }
  bool given_back =
      earlier.end == End::kGivenBack && earlier.ended_from < later.answered;
  if (!given_back && later.answered - earlier.called < lease) {
    return name + " was leased by two at once";
  }
  return "";
}

std::string why_not_both(const Delivery& one, const Delivery& other,
                         Time lease) {
  const bool in_order = one.answered < other.answered;
  const Delivery& first = in_order ? one : other;
  const Delivery& second = in_order ? other : one;
  std::string why = why_not_after(first, second, lease);
  if (!why.empty() && why_not_after(second, first, lease).empty()) return "";
  return why;
}

}  // namespace

std::string why_no_leases(const std::vector<std::string>& messages,
                          const std::vector<Delivery>& deliveries, Time lease) {
  std::map<std::string, std::vector<const Delivery*>> all;
  for (const std::string& message : messages) all[message];
  for (const Delivery& each : deliveries) {
    auto found = all.find(each.message);
    if (found == all.end()) return each.message + " was never pushed";
    found->second.push_back(&each);
  }
  for (const auto& [name, of_one] : all) {
    bool acked = false;
    for (std::size_t i = 0; i < of_one.size(); ++i) {
      const End end = of_one[i]->end;
      acked |= end == End::kAcked || end == End::kAckedMaybe;
      for (std::size_t k = 0; k < i; ++k) {
        std::string why = why_not_both(*of_one[k], *of_one[i], lease);
        if (!why.empty()) return why;
      }
    }
    if (!acked) return name + " was lost";
  }
  return "";
}

}  // namespace syncq::e2e
