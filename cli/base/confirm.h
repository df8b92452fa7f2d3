#pragma once

#include <string_view>

namespace syncq {

// Asks a question that "y" or "yes" agrees to, if stdin and stderr are
// terminals. Otherwise a script runs us and means it: true.
bool confirm(std::string_view question);

}  // namespace syncq
