#pragma once

#include <optional>
#include <string>

#include "daemon/http/admission.h"
#include "tests/sim/ask.h"

namespace syncq::sim {

// Whom the daemon lets in over TCP.
Admission::Rules admission_rules();

// The fields of a head by which a remote client shows that, instead of Host.
std::string fields_of(Shown shown);

// Bytes that are not HTTP, or no more from some point on, and a request behind
// them that nobody may read.
std::string garbage(int number);

// Where in its bytes a request is refused, and with what: its connection ends
// there.
struct TurnedAway {
  ErrorCode code;
  std::size_t at = 0;
};
std::optional<TurnedAway> turned_away(const Ask& ask, const std::string& bytes);

}  // namespace syncq::sim
