#include "cli/fifo/listed_tickets.h"

#include <fmt/format.h>

#include "cli/base/failure.h"
#include "cli/client/explain.h"
#include "cli/client/json_fields.h"
#include "cli/client/ticket_text.h"

namespace syncq {
namespace {

std::vector<ListedTicket> listed_tickets(Client& client,
                                         const std::string& fifo, bool waiting,
                                         std::string_view doing) {
  RequestTarget address("/fifo");
  address.segment(fifo);
  DaemonReply reply = client.call("GET", address, Repeat::kIdempotent);
  require_ok(client, reply, doing, {.fifo = fifo});
  std::vector<ListedTicket> listed;
  nlohmann::json body = parse_body(reply);
  for (const auto& each : field_of(body, "tickets")) {
    if ((field_text(each, "state") == "waiting") != waiting) continue;
    listed.push_back({field_text(each, "place"), slots_text(each),
                      field_text(each, "ticket"), field_text(each, "label")});
  }
  return listed;
}

}  // namespace

std::vector<ListedTicket> waiting_tickets(Client& client,
                                          const std::string& fifo,
                                          std::string_view doing) {
  return listed_tickets(client, fifo, true, doing);
}

std::vector<ListedTicket> held_tickets(Client& client, const std::string& fifo,
                                       std::string_view doing) {
  return listed_tickets(client, fifo, false, doing);
}

std::string ticket_named(Client& client, const std::string& fifo,
                         const std::string& which, std::string_view doing) {
  if (which.find_first_not_of("0123456789") != which.npos) return which;
  for (ListedTicket& each : waiting_tickets(client, fifo, doing)) {
    if (each.place == which) return std::move(each.ticket);
  }
  throw Failure(
      fmt::format("{}: nobody waits at place {}; `syncq fifo show "
                  "{}` shows who does",
                  doing, which, fifo));
}

}  // namespace syncq
