#pragma once

#include <span>
#include <string>

#include "cli/base/deadline.h"
#include "cli/client/target.h"

namespace syncq {

// Ends the daemon, if one runs, and starts one with these further words for
// `syncq daemon run`. Clients that wait in line would start one without them:
// none can in between. If it does not start, one with `old_words` is started
// again, as far as that goes. Throws Failure, also if the daemon has not ended
// by `ended_by`.
void restart_daemon(const Target& target, std::span<const std::string> words,
                    std::span<const std::string> old_words, Deadline ended_by);

}  // namespace syncq
