#include "cli/own_ticket.h"

#include <unistd.h>

#include <cstdlib>

#include "cli/json_fields.h"

namespace syncq {
namespace {

// The turn this process may run inside of is another's, though its pid is
// the same where `syncq run` has exec'd `syncq run`.
bool is_outer(const std::string& ticket) {
  const char* outer = std::getenv("SYNCQ_TICKET");
  return outer != nullptr && ticket == outer;
}

bool is_own(const nlohmann::json& ticket, const HoldQuery& query) {
  return field_text(ticket, "pid") == std::to_string(getpid()) &&
         field_text(ticket, "attached") != "true" &&
         field_text(ticket, "label") == query.label &&
         field_text(ticket, "cwd") == query.cwd &&
         !is_outer(field_text(ticket, "ticket"));
}

}  // namespace

std::string find_own_ticket(Client& client, const HoldQuery& query) {
  Address address("/fifo");
  address.segment(query.fifo);
  DaemonReply reply = client.call("GET", address, Repeat::kSafe);
  constexpr int kNotFound = 404;
  if (reply.status == kNotFound) return {};
  require_ok(reply, "looking for the ticket drawn before");
  nlohmann::json body = parse_body(reply);
  for (const auto& ticket : field_of(body, "tickets")) {
    if (is_own(ticket, query)) return field_text(ticket, "ticket");
  }
  return {};
}

}  // namespace syncq
