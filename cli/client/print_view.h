#pragma once

#include <string_view>

#include "cli/base/exit_code.h"
#include "cli/client/client.h"
#include "cli/client/explain.h"
#include "cli/client/target.h"
#include "cli/client/view.h"

namespace syncq {

// For `ls`, `show` and `status`: gets `address` and prints the API's JSON with
// -o json, else as print_text() does. `doing` begins the message of a failure.
int print_view(const ClientOptions& options, const RequestTarget& address,
               std::string_view doing, const Subject& subject,
               const View& view);

}  // namespace syncq
