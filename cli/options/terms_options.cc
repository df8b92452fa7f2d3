#include "cli/options/terms_options.h"

#include "cli/base/number.h"
#include "common/slot_list.h"

namespace syncq {
namespace {

constexpr std::int64_t kMostPriority = 100;

}  // namespace

void TermsOptions::add_options(CommandLine& line,
                               const std::vector<std::string>& policies) {
  line.number("--priority", priority, -kMostPriority, kMostPriority,
              "Before all who wait with a lower one, -100 to 100 (default 0)");
  line.flag("--shared", shared,
            "Have the turn together with others that are shared");
  line.number("--take", take, 1, kMaxSlots,
              "How many of the FIFO's slots it takes at once (default 1)");
  line.choice("--if-waiting", if_waiting, policies,
              "What to do if one waits already (default queue, behind it)");
  line.duration("--settle", settle,
                "Wait until nobody has asked anew for this long");
  line.duration("--at-most", at_most,
                "With --settle, no longer than this after the first");
}

std::string TermsOptions::complete() {
  if (shared && slots() > 1) {
    return "those that are --shared have one slot together: leave that or "
           "--take out";
  }
  if (settle.empty() && !at_most.empty()) {
    return "--at-most bounds --settle: give that too";
  }
  if (!settle.empty() && if_waiting.empty()) if_waiting = "replace";
  return "";
}

int TermsOptions::slots() const {
  return static_cast<int>(read_number(take, 1, kMaxSlots).value_or(1));
}

void TermsOptions::add_to(RequestTarget& address) const {
  address.add_given("priority", priority);
  address.add_flag("shared", shared);
  address.add_given("if_waiting", if_waiting == "join" ? "skip" : if_waiting);
  address.add_given("settle", settle);
  address.add_given("at_most", at_most);
  address.add_given("take", take);
}

}  // namespace syncq
