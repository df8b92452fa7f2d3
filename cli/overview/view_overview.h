#pragma once

#include <initializer_list>
#include <string_view>
#include <utility>

#include "cli/client/target.h"
#include "cli/client/view.h"

namespace syncq {

// Prints GET /overview with these parameters, as print_view() does, and returns
// the exit code; with -w goes on with GET /events, as watch() does. `doing`
// begins the message of a failure.
int view_overview(
    const ClientOptions& options,
    std::initializer_list<std::pair<std::string_view, std::string_view>>
        parameters,
    std::string_view doing, const View& view);

}  // namespace syncq
