#include "cli/client/print_view.h"

#include "cli/base/output.h"
#include "cli/client/json_fields.h"

namespace syncq {

int print_view(const ClientOptions& options, const RequestTarget& address,
               std::string_view doing, const Subject& subject,
               const View& view) {
  Client client(options);
  DaemonReply reply = client.call("GET", address, Repeat::kIdempotent);
  require_ok(client, reply, doing, subject);
  if (options.json()) {
    print_line(reply.body);
  } else {
    print_text(view, options, parse_body(reply));
  }
  return kExitOk;
}

}  // namespace syncq
