#pragma once

#include <string_view>

#include "cli/completion/offers.h"

namespace syncq {

// The values of a type such as "FIFO" or "FILE", asked of the daemon that the
// line or the environment names. Starts none, and waits for no more than a
// moment: what can't be had is not offered. Nothing is thrown.
Completion find_live_values(std::string_view type, const OptionTable& table,
                            const Given& given, std::string_view current);

}  // namespace syncq
