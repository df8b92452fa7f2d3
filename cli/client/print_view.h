#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "cli/base/exit_code.h"
#include "cli/client/client.h"
#include "cli/client/explain.h"
#include "cli/client/target.h"

namespace syncq {

// For `ls`, `show` and `status`: gets `address` and prints the API's JSON with
// -o json, else `as_text` of it for people, --wide or not. `doing` begins the
// message of a failure.
int print_view(const ClientOptions& options, const RequestTarget& address,
               std::string_view doing, const Subject& subject,
               std::string (*as_text)(const nlohmann::json& body, bool wide));

}  // namespace syncq
