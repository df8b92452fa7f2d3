#pragma once

#include <string_view>

namespace syncq {

// Asks a question that "y" or "yes" agrees to, if somebody is there to answer:
// stdin and stderr are terminals. Nobody there is a script that means it: true.
bool confirm(std::string_view question);

}  // namespace syncq
