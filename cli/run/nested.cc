#include "cli/run/nested.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <vector>

#include "cli/base/number.h"
#include "cli/client/json_fields.h"
#include "cli/client/ticket_text.h"
#include "common/environment.h"
#include "common/names.h"
#include "common/slot_list.h"
#include "common/uuid.h"

namespace syncq {
namespace {

// Tickets, each followed by a space, that of the outermost turn first.
constexpr const char* kTurns = "SYNCQ_TURNS";

constexpr int kMost = std::numeric_limits<int>::max();

}  // namespace

bool is_in_turn() { return !env(kTurns).empty(); }

std::string turns_around() {
  std::vector<std::string_view> tickets;
  std::string_view turns = env(kTurns);
  for (auto end = turns.find(' '); end != turns.npos; end = turns.find(' ')) {
    std::string_view ticket = turns.substr(0, end);
    turns.remove_prefix(end + 1);
    if (Uuid::parse(ticket)) tickets.push_back(ticket);
  }
  const auto told = std::min(tickets.size(), kMostFifosAtOnce);
  return fmt::format("{}", fmt::join(tickets.end() - told, tickets.end(), ","));
}

Nested nested_in(Client& client, const std::string& fifo,
                 const TermsOptions& terms) {
  const std::string_view turns = env(kTurns);
  if (turns.empty()) return Nested::kNo;
  RequestTarget address("/fifo");
  address.segment(fifo);
  DaemonReply reply = client.call("GET", address, Repeat::kIdempotent);
  if (!reply.ok()) return Nested::kNo;
  nlohmann::json body = parse_body(reply);
  const std::string slots = field_text(field_of(body, "fifo"), "slots");
  const auto all = read_number(slots, 1, kMost).value_or(kMost);
  Nested nested = Nested::kNo;
  for (const auto& each : field_of(body, "tickets")) {
    if (field_text(each, "state") != "accepted") continue;
    if (turns.find(field_text(each, "ticket") + ' ') == turns.npos) continue;
    const auto own = static_cast<int>(split_list(slots_text(each)).size());
    bool together = terms.shared && field_text(each, "shared") == "true";
    bool enough = own + terms.slots() <= all;
    if (!enough && !together) return Nested::kTooManySlots;
    nested = Nested::kSome;
  }
  return nested;
}

bool note_turn(const std::string& ticket) {
  std::string turns(env(kTurns));
  const bool others = !turns.empty();
  turns += ticket + ' ';
  setenv(kTurns, turns.c_str(), 1);
  return others;
}

}  // namespace syncq
