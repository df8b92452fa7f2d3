#include "cli/overview/view_overview.h"

#include "cli/client/print_view.h"
#include "cli/client/watch.h"

namespace syncq {

int view_overview(
    const ClientOptions& options,
    std::initializer_list<std::pair<std::string_view, std::string_view>>
        parameters,
    std::string_view doing, const View& view) {
  RequestTarget address(options.watch ? "/events" : "/overview");
  for (auto [name, value] : parameters) address.add(name, value);
  if (!options.watch) return print_view(options, address, doing, {}, view);
  watch(options, {address, doing, {}, nullptr, view});
}

}  // namespace syncq
