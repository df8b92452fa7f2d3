#include "daemon/fifo/hold_query.h"

#include <fmt/format.h>

#include <limits>

#include "common/names.h"
#include "common/slot_list.h"
#include "daemon/fifo/fifo_handlers.h"
#include "daemon/fifo/preempt_call.h"
#include "daemon/http/handler.h"

namespace syncq {
namespace {

// The longest label and directory shown to the others in line.
constexpr std::size_t kMaxText = 4096;

Result<std::vector<Uuid>> read_inside(const Query& query) {
  std::vector<Uuid> turns;
  const std::string* text = query.find("inside");
  if (text == nullptr) return turns;
  std::vector<std::string> tickets = split_list(*text);
  if (tickets.empty()) tickets.emplace_back();
  if (tickets.size() > kMostFifosAtOnce) {
    return Refusal{ErrorCode::kBadRequest,
                   fmt::format("inside names {} tickets: name {} at the most",
                               tickets.size(), kMostFifosAtOnce)};
  }
  for (const std::string& each : tickets) {
    Result<Uuid> uuid =
        read_uuid(each, "inside", "use those of the turns that the caller has");
    if (!uuid) return uuid.refusal();
    turns.push_back(*uuid);
  }
  return turns;
}

}  // namespace

Result<Uuid> read_hold_ticket(const std::string& text) {
  return read_uuid(text, "ticket", "use the one that hold answered with");
}

Result<HoldRequest> read_hold(const Request& request) {
  const Query& query = request.query;
  HoldRequest call;
  Result<NewFifo> fifo = read_new_fifo(query);
  if (!fifo) return fifo.refusal();
  call.fifo = *fifo;
  Result<TicketTerms> terms = read_terms(query);
  if (!terms) return terms.refusal();
  call.terms = *terms;
  for (auto [name, into] :
       {std::pair("create", &call.create), std::pair("nowait", &call.nowait),
        std::pair("exec", &call.exec)}) {
    auto flag = query.boolean(name);
    if (!flag) return flag.refusal();
    *into = flag->value_or(false);
  }
  Result<Preempt> preempt = read_preempt(query);
  if (!preempt) return preempt.refusal();
  call.terms.preempt = *preempt;
  auto limit = query.duration("timeout");
  if (!limit) return limit.refusal();
  call.limit = *limit;
  if (const std::string* ticket = query.find("ticket")) {
    Result<Uuid> uuid = read_hold_ticket(*ticket);
    if (!uuid) return uuid.refusal();
    call.ticket = *uuid;
  }
  Result<std::vector<Uuid>> inside = read_inside(query);
  if (!inside) return inside.refusal();
  call.inside = std::move(*inside);
  call.label = query.text("label").substr(0, kMaxText);
  call.cwd = query.text("cwd").substr(0, kMaxText);
  auto pid = query.number("pid", 1, std::numeric_limits<pid_t>::max());
  if (!pid) return pid.refusal();
  // Equal: the caller and we are in one pid namespace, with no proxy between
  // us.
  if (*pid && **pid == request.peer.pid) {
    call.owner = find_process(request.peer.pid).value_or(Process{});
  }
  return call;
}

}  // namespace syncq
