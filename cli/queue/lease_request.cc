#include "cli/queue/lease_request.h"

#include <nlohmann/json.hpp>

#include "cli/base/failure.h"
#include "cli/client/json_fields.h"
#include "cli/queue/queue_message.h"

namespace syncq {
namespace {

constexpr int kOk = 200;

}  // namespace

RequestTarget LeaseRequest::address() const {
  RequestTarget address = queue_target(queue);
  address.segment(verb);
  if (leases.size() == 1) address.segment(leases.front());
  for (const auto& [name, value] : parameters) address.add(name, value);
  return address;
}

std::string LeaseRequest::body() const {
  if (leases.size() == 1) return "";
  return nlohmann::json{{"leases", leases}}.dump();
}

LeaseOutcome outcome_of(const LeaseRequest& request, DaemonReply reply) {
  LeaseOutcome outcome;
  if (request.leases.size() == 1) {
    if (error_code(reply) == "expired") {
      outcome.expired = request.leases;
      reply.status = kOk;
    }
  } else if (reply.ok()) {
    nlohmann::json body = parse_body(reply);
    for (const auto& lease : field_of(body, "expired")) {
      outcome.expired.push_back(lease.get<std::string>());
    }
  }
  outcome.reply = std::move(reply);
  return outcome;
}

LeaseOutcome send_with_retry(KeptConnection& connection,
                             const LeaseRequest& request, Duration patience) {
  return outcome_of(request,
                    connection.request_with_retry("POST", request.address(),
                                                  patience, request.body()));
}

LeaseOutcome acknowledge(KeptConnection& connection, std::string queue,
                         std::vector<std::string> leases, Deadline sure,
                         Duration patience) {
  LeaseRequest ack{std::move(queue), "ack", std::move(leases), {}};
  try {
    DaemonReply reply = *connection.ask("POST", ack.address(), Answer::kSoon,
                                        Deadline::never(), ack.body());
    if (!is_shutting_down(reply)) return outcome_of(ack, std::move(reply));
  } catch (const ConnectionLost&) {
    // It may have been done.
  } catch (const Unreachable&) {
    // The daemon answered us before: it may come back.
  }
  LeaseOutcome outcome = send_with_retry(connection, ack, patience);
  if (!sure.passed()) outcome.expired.clear();
  return outcome;
}

}  // namespace syncq
