// GET /history and /fifo/{fifo}/history: turns that have ended.

#include <fmt/format.h>

#include "common/duration.h"
#include "daemon/fifo/fifo_handlers.h"
#include "daemon/fifo/fifo_json.h"
#include "daemon/http/handler.h"
#include "daemon/http/json_text.h"
#include "daemon/http/long_answer.h"

namespace syncq {
namespace {

constexpr std::int64_t kShown = 20;

// A command of which nothing is known counts as one that went well.
bool has_failed(const Ticket& turn) {
  return turn.end != TicketEnd::kDone || turn.status.value_or(0) != 0;
}

std::string turn_json(const FifoEngine::Turn& turn) {
  const Ticket& ticket = turn.ticket;
  pid_t pid = ticket.command.pid != 0 ? ticket.command.pid : ticket.owner.pid;
  JsonObject json;
  json.add("fifo", turn.fifo)
      .add("ticket", ticket.uuid.text())
      .add("fence", ticket.fence)
      .add("priority", ticket.priority())
      .add("shared", ticket.shared)
      .add("take", ticket.take)
      .add_or_null("label", ticket.label)
      .add_or_null("cwd", ticket.cwd)
      .add("pid", pid == 0 ? std::nullopt : std::optional<std::int64_t>(pid))
      .add("end", end_name(ticket.end));
  add_status(json, ticket.status);
  return json.add("waited_ms", whole_millis(*ticket.granted - ticket.created))
      .add("ran_ms", whole_millis(ticket.since - *ticket.granted))
      .add("ended_at", timestamp(ticket.ended_at))
      .text();
}

struct Wanted {
  std::int64_t limit = kShown;
  bool failed = false;
};

Result<Wanted> read_wanted(const Query& query) {
  Wanted wanted;
  auto limit = query.number("limit", 1, kHistoryOfFifo);
  if (!limit) return limit.refusal();
  wanted.limit = limit->value_or(kShown);
  auto failed = query.boolean("failed");
  if (!failed) return failed.refusal();
  wanted.failed = failed->value_or(false);
  return wanted;
}

// The next turns, the last one first; false with the last of them.
using NextTurns = std::function<bool(std::vector<FifoEngine::Turn>&)>;

class History final : public LongAnswer {
 public:
  History(const Wanted& wanted, NextTurns next)
      : wanted_(wanted), next_(std::move(next)) {}

  std::optional<std::size_t> made() const override { return body_.size(); }

 private:
  bool step(Instant) override {
    std::vector<FifoEngine::Turn> turns;
    bool more = next_(turns);
    for (const FifoEngine::Turn& turn : turns) {
      if (count_ == wanted_.limit) break;
      if (wanted_.failed && !has_failed(turn.ticket)) continue;
      if (count_++ > 0) body_ += ',';
      body_ += turn_json(turn);
    }
    return more && count_ < wanted_.limit;
  }

  Reply answer() override {
    std::string body = JsonObject()
                           .add_raw("turns", body_ + "]")
                           .add("count", JsonObject().add("turns", count_))
                           .line();
    return {200, kJson, std::move(body), ""};
  }

  Wanted wanted_;
  NextTurns next_;
  std::string body_ = "[";
  std::int64_t count_ = 0;
};

constexpr std::int64_t kFromLast = std::numeric_limits<std::int64_t>::max();

Parked history(FifoEngine& engine, Request& request, ReplyWriter& out) {
  Result<Wanted> wanted = read_wanted(request.query);
  if (!wanted) return refuse(out, wanted.refusal());
  auto next = [&engine, before = kFromLast](
                  std::vector<FifoEngine::Turn>& turns) mutable {
    turns = engine.history_of_all(before, kSlice);
    return before != 0;
  };
  return begin(std::make_unique<History>(*wanted, next), request.now, out);
}

Parked fifo_history(FifoEngine& engine, Request& request, ReplyWriter& out) {
  Result<Wanted> wanted = read_wanted(request.query);
  if (!wanted) return refuse(out, wanted.refusal());
  Result<FifoEngine::View> fifo = engine.show(request.path[0], request.now);
  if (!fifo) return refuse(out, fifo.refusal());
  auto next = [&engine, id = fifo->fifo.id, name = fifo->fifo.called(),
               before =
                   kFromLast](std::vector<FifoEngine::Turn>& turns) mutable {
    for (Ticket& ticket : engine.history(id, before, kSlice)) {
      before = ticket.seq;
      turns.push_back({std::move(ticket), name});
    }
    return turns.size() == kSlice;
  };
  return begin(std::make_unique<History>(*wanted, next), request.now, out);
}

}  // namespace

void add_history_routes(Router& router, FifoEngine& engine) {
  router.add(large({{Method::kGet},
                    "/history",
                    {"limit", "failed"},
                    bind(engine, history)}));
  router.add(large({{Method::kGet},
                    "/fifo/{}/history",
                    {"limit", "failed"},
                    bind(engine, fifo_history)}));
}

}  // namespace syncq
