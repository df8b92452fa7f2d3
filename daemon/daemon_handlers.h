#pragma once

#include <functional>
#include <string>

#include "daemon/census.h"
#include "daemon/http/router.h"

namespace syncq {

// Adds /status, /metrics, /version and /openapi.json.
void add_daemon_routes(
    Router& router, const std::function<Census()>& count,
    const std::function<std::string(const Totals&)>& status,
    const std::function<std::string(const Totals&)>& metrics);

}  // namespace syncq
