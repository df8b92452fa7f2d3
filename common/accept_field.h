#pragma once

#include <string_view>

namespace syncq {

// Whether a field Accept (RFC 9110, 12.5.1) names text/event-stream, and not to
// say that it is not accepted.
bool names_event_stream(std::string_view field);

}  // namespace syncq
