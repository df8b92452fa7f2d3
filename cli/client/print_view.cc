#include "cli/client/print_view.h"

#include <nlohmann/json.hpp>

#include "cli/base/output.h"
#include "cli/client/json_fields.h"

namespace syncq {

int print_view(const ClientOptions& options, const RequestTarget& address,
               std::string_view doing, const Subject& subject,
               std::string (*as_text)(const nlohmann::json& body, bool wide)) {
  Client client(options);
  DaemonReply reply = client.call("GET", address, Repeat::kIdempotent);
  require_ok(client, reply, doing, subject);
  if (options.json()) {
    print_line(reply.body);
  } else {
    print(as_text(parse_body(reply), options.wide));
  }
  return kExitOk;
}

}  // namespace syncq
