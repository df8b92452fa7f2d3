#pragma once

#include "cli/client/client.h"
#include "cli/client/event_lines.h"
#include "cli/top/control.h"

namespace syncq {

// What top is doing, in its errors.
inline constexpr std::string_view kListening = "listening to the daemon";

// What the daemon is asked for, and hears of again whenever that changes.
RequestTarget top_target(std::string path);

// Draws until the user has enough, and returns the exit code. A daemon that
// goes away is waited for, and not started again. Throws Failure, with the
// terminal as it was.
int run_top(const ClientOptions& options, EventLines events,
            TopControl& control);

}  // namespace syncq
