#include "cli/print_view.h"

#include <nlohmann/json.hpp>

#include "cli/json_fields.h"
#include "cli/message.h"

namespace syncq {

int print_view(const ClientOptions& options, const Address& address,
               std::string_view doing,
               std::string (*as_text)(const nlohmann::json& body)) {
  Client client(options);
  DaemonReply reply = client.call("GET", address, Repeat::kSafe);
  require_ok(reply, doing);
  if (options.json()) {
    print_line(reply.body);
  } else {
    print(as_text(parse_body(reply)));
  }
  return kExitOk;
}

}  // namespace syncq
