#pragma once

#include <string_view>

#include "cli/client/client.h"
#include "cli/client/target.h"

namespace syncq {

// Prints a successful reply as data: the API's JSON with -o json, else the bare
// text of the member `key`; nothing if `key` is empty.
void print_reply(const DaemonReply& reply, const ClientOptions& options,
                 const char* key);

}  // namespace syncq
