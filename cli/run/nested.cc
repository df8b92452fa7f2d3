#include "cli/run/nested.h"

#include <cstdlib>

#include "cli/client/json_fields.h"
#include "common/environment.h"

namespace syncq {
namespace {

// Tickets, each followed by a space, that of the outermost turn first.
constexpr const char* kTurns = "SYNCQ_TURNS";

}  // namespace

Nested nested_in(Client& client, const std::string& fifo, bool shared) {
  const std::string_view turns = env(kTurns);
  if (turns.empty()) return Nested::kNo;
  RequestTarget address("/fifo");
  address.segment(fifo);
  DaemonReply reply = client.call("GET", address, Repeat::kIdempotent);
  if (!reply.ok()) return Nested::kNo;
  nlohmann::json body = parse_body(reply);
  for (const auto& each : field_of(body, "tickets")) {
    if (field_text(each, "state") != "accepted") continue;
    if (turns.find(field_text(each, "ticket") + ' ') == turns.npos) continue;
    bool only = field_text(field_of(body, "fifo"), "slots") == "1";
    bool together = shared && field_text(each, "shared") == "true";
    return only && !together ? Nested::kOnlySlot : Nested::kOneOfSeveral;
  }
  return Nested::kNo;
}

void note_turn(const std::string& ticket) {
  std::string turns(env(kTurns));
  turns += ticket + ' ';
  setenv(kTurns, turns.c_str(), 1);
}

}  // namespace syncq
