#include "cli/options/terms_options.h"

namespace syncq {
namespace {

constexpr std::int64_t kMostPriority = 100;

}  // namespace

void TermsOptions::add_options(CommandLine& line) {
  line.number("--priority", priority, -kMostPriority, kMostPriority,
              "Before all who wait with a lower one, -100 to 100 (default 0)");
  line.flag("--shared", shared,
            "Have the turn together with others that are shared");
}

void TermsOptions::add_to(RequestTarget& address) const {
  address.add_given("priority", priority);
  address.add_flag("shared", shared);
}

}  // namespace syncq
