#include "cli/fifo/timeout_options.h"

namespace syncq {

void TimeoutOptions::add_options(CommandLine& line) {
  line.duration("--wait-timeout", wait,
                "How long a ticket waits for its turn (default 6h)");
  line.duration("--accept-timeout", accept,
                "How long its turn is kept for a caller (default 1m)");
  line.duration("--done-timeout", done,
                "How long the turn lasts without `done` (default 10m)");
}

void TimeoutOptions::add_to(RequestTarget& address) const {
  address.add_given("wait_timeout", wait);
  address.add_given("accept_timeout", accept);
  address.add_given("done_timeout", done);
}

}  // namespace syncq
