#pragma once

#include <string>
#include <string_view>

#include "cli/client/request.h"
#include "cli/options/command_line.h"
#include "cli/run/hold_event.h"

namespace syncq {

// --preempt[=SIGNAL:GRACE], kept as text; "" if it is not given.
void add_preempt_option(CommandLine& line, std::string& value);

// As the API takes it; nothing for "".
void add_preempt(RequestTarget& address, const std::string& value);

// "ends make deploy (pid 812, ~/app) first"; "" if the event tells of no one
// who has to end.
std::string preempting_text(const HoldEvent& event);

}  // namespace syncq
