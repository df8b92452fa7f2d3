#include "daemon/daemon_handlers.h"

#include <fmt/format.h>

#include <utility>

#include "common/version.h"

namespace syncq {
namespace {

Route get(std::string_view pattern, std::string_view content_type,
          std::function<std::string()> body) {
  Route route;
  route.methods = {Method::kGet};
  route.pattern = pattern;
  route.handler = [content_type, body = std::move(body)](
                      Request&,
                      ReplyWriter& out) -> std::unique_ptr<ParkedRequest> {
    out.reply({200, content_type, body(), ""});
    return nullptr;
  };
  return route;
}

}  // namespace

void add_daemon_routes(Router& router, std::function<std::string()> status,
                       std::function<std::string()> metrics) {
  router.add(get("/status", kJson, std::move(status)));
  router.add(get("/metrics", "text/plain; version=0.0.4", std::move(metrics)));
  router.add(get("/version", kJson, [] {
    return fmt::format("{{\"version\":\"{}\",\"api\":1}}\n", kVersion);
  }));
  router.add(get("/openapi.json", kJson,
                 [] { return std::string(openapi_document()); }));
}

}  // namespace syncq
