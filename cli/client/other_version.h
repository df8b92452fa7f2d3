#pragma once

#include <string_view>

#include "cli/client/target.h"

namespace syncq {

// What a client does that finds a daemon of another `version` than its own.
//
// An older daemon of this user is ended and this version started in its place,
// unless something would be lost by that: ephemeral messages, or a turn that
// is held by nothing but an open connection. Turns of `syncq run`, tickets and
// messages survive it. Where that can't be done, a note says so on stderr, if
// that is a terminal, and once a day at most. Never throws.
void meet_other_version(const Target& target, std::string_view version,
                        bool quiet);

}  // namespace syncq
