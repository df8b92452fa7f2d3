#pragma once

#include <functional>
#include <string>

#include "daemon/router.h"

namespace syncq {

// Adds /status, /metrics, /version and /openapi.json.
void add_daemon_routes(Router& router, std::function<std::string()> status,
                       std::function<std::string()> metrics);

// The API's description, OpenAPI 3.0.
std::string_view openapi_document();

}  // namespace syncq
