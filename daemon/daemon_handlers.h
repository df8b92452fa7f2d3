#pragma once

#include <functional>
#include <string>

#include "daemon/census.h"
#include "daemon/daemon.h"
#include "daemon/http/router.h"

namespace syncq {

// Adds /status, /metrics, /config, /version and /openapi.json. `config` is the
// answer of /config.
void add_daemon_routes(Router& router, const std::function<Census()>& count,
                       const std::function<std::string(const Totals&)>& status,
                       const std::function<std::string(const Totals&)>& metrics,
                       std::string config);

// What GET /config answers.
std::string config_json(const DaemonOptions& options);

}  // namespace syncq
