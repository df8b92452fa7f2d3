#include "cli/overview/view_overview.h"

#include <nlohmann/json.hpp>

#include "cli/client/print_view.h"
#include "cli/client/watch.h"

namespace syncq {

int view_overview(
    const ClientOptions& options,
    std::initializer_list<std::pair<std::string_view, std::string_view>>
        parameters,
    std::string_view doing,
    std::string (*as_text)(const nlohmann::json& body, bool wide)) {
  RequestTarget address(options.watch ? "/events" : "/overview");
  for (auto [name, value] : parameters) address.add(name, value);
  if (!options.watch) return print_view(options, address, doing, {}, as_text);
  auto text = [&](const nlohmann::json& body) {
    return as_text(body, options.wide);
  };
  watch(options, {address, doing, {}, nullptr, text});
}

}  // namespace syncq
