#include "daemon/daemon_handlers.h"

#include <fmt/format.h>

#include <utility>

#include "common/version.h"
#include "daemon/http/json_text.h"
#include "daemon/http/long_answer.h"
#include "daemon/http/openapi.h"

namespace syncq {
namespace {

Route get(std::string_view pattern, Handler handler) {
  Route route;
  route.methods = {Method::kGet};
  route.pattern = pattern;
  route.handler = std::move(handler);
  return route;
}

Route fixed(std::string_view pattern, std::string body) {
  return get(pattern, [body = std::move(body)](Request&, ReplyWriter& out) {
    out.reply({200, kJson, body, ""});
    return nullptr;
  });
}

using Tell = std::function<std::string(const Totals&)>;

// An answer made from the totals once all is counted.
class Account final : public LongAnswer {
 public:
  Account(Census census, std::string_view content_type, const Tell& tell)
      : census_(census), content_type_(content_type), tell_(tell) {}

  std::optional<std::size_t> made() const override { return 0; }

 private:
  bool step(Instant) override { return census_.step(); }
  Reply answer() override {
    return {200, content_type_, tell_(census_.totals()), ""};
  }

  Census census_;
  std::string_view content_type_;
  const Tell& tell_;
};

Route account(std::string_view pattern, const std::function<Census()>& count,
              std::string_view content_type, const Tell& tell) {
  return get(pattern, [=](Request& request, ReplyWriter& out) {
    return begin(std::make_unique<Account>(count(), content_type, tell),
                 request.now, out);
  });
}

}  // namespace

std::string config_json(const DaemonOptions& options) {
  std::string settings;
  for (const Setting& each : options.settings) {
    if (!settings.empty()) settings += ',';
    settings += JsonObject()
                    .add("name", each.name)
                    .add("value", each.value)
                    .add("source", each.source)
                    .text();
  }
  return JsonObject()
      .add_or_null("config_file", options.config_file)
      .add_raw("settings", fmt::format("[{}]", settings))
      .line();
}

void add_daemon_routes(Router& router, const std::function<Census()>& count,
                       const Tell& status, const Tell& metrics,
                       std::string config) {
  router.add(account("/status", count, kJson, status));
  router.add(account("/metrics", count, "text/plain; version=0.0.4", metrics));
  router.add(fixed("/config", std::move(config)));
  router.add(fixed("/version",
                   JsonObject().add("version", kVersion).add("api", 1).line()));
  router.add(fixed("/openapi.json", std::string(openapi_document())));
}

}  // namespace syncq
