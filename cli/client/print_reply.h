#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "cli/client/client.h"
#include "cli/client/target.h"

namespace syncq {

// Prints a successful reply as data: the API's JSON with -o json, else the bare
// text of the member `key`; nothing if `key` is empty.
void print_reply(const DaemonReply& reply, const ClientOptions& options,
                 const char* key);

// Prints an object of our own as a line; what is no UTF-8 in it is replaced.
void print_json(const nlohmann::ordered_json& object);

}  // namespace syncq
