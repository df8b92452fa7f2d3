#include "daemon/fifo/fifo_handlers.h"

#include <fmt/format.h>

#include "daemon/fifo/fifo_json.h"
#include "daemon/http/handler.h"
#include "daemon/http/json_text.h"
#include "daemon/http/long_answer.h"

namespace syncq {
namespace {

// The most tickets of a line that are shown.
constexpr int kMostShown = 1000;

Result<Overrides> read_overrides(const Query& query) {
  Overrides overrides;
  auto read = [&](std::string_view name, std::optional<Duration>& into) {
    auto value = query.duration(name);
    if (value) into = *value;
    return value.ok() ? Result<>(Nothing{}) : Result<>(value.refusal());
  };
  for (auto [name, into] : {std::pair("wait_timeout", &overrides.wait),
                            std::pair("accept_timeout", &overrides.accept),
                            std::pair("done_timeout", &overrides.done)}) {
    Result<> done = read(name, *into);
    if (!done) return done.refusal();
  }
  return overrides;
}

// A caller of `wait` whose turn has not come.
class WaitCall final : public ParkedRequest {
 public:
  bool notice(const Notice& notice, ReplyWriter& out) override {
    if (const auto* granted = std::get_if<Granted>(&notice)) {
      answer(out, grant_json(*granted));
    } else if (const auto* ended = std::get_if<Ended>(&notice)) {
      refuse(out, ended->why);
    }
    return true;
  }
};

Parked fifo_new(FifoEngine& engine, Request& request, ReplyWriter& out) {
  Result<NewFifo> wanted = read_new_fifo(request.query);
  if (!wanted) return refuse(out, wanted.refusal());
  if (request.query.find("name") != nullptr && wanted->name.empty()) {
    return refuse(out, {ErrorCode::kInvalidName,
                        "FIFO name '': use 1 to 255 of A-Z a-z 0-9 . _ : -, "
                        "or leave the name out"});
  }
  Result<Uuid> uuid = engine.create(*wanted, request.now, request.wall);
  if (!uuid) return refuse(out, uuid.refusal());
  return answer(out, JsonObject().add("uuid", uuid->text()).line());
}

Parked fifo_ticket(FifoEngine& engine, Request& request, ReplyWriter& out) {
  Result<Overrides> overrides = read_overrides(request.query);
  if (!overrides) return refuse(out, overrides.refusal());
  Result<TicketTerms> terms = read_terms(request.query);
  if (!terms) return refuse(out, terms.refusal());
  Result<Uuid> uuid =
      engine.ticket(request.path[0], *overrides, *terms, request.now);
  if (!uuid) {
    return refuse_ticket(engine, request.path[0], out, uuid.refusal());
  }
  return answer(out, JsonObject().add("ticket", uuid->text()).line());
}

Parked fifo_wait(FifoEngine& engine, Request& request, ReplyWriter& out) {
  Result<Uuid> ticket = ticket_in(request);
  if (!ticket) return refuse(out, ticket.refusal());
  auto limit = request.query.duration("timeout");
  if (!limit) return refuse(out, limit.refusal());
  auto granted = engine.wait(request.path[0], *ticket, request.caller, *limit,
                             request.now);
  if (!granted) return refuse(out, granted.refusal());
  if (!*granted) return std::make_unique<WaitCall>();
  return answer(out, grant_json(**granted));
}

std::string over_json(const TicketOver& over) {
  JsonObject json;
  json.add("end", over.end);
  add_status(json, over.status);
  return json.line();
}

// A caller of `join` whose ticket has not ended.
class JoinCall final : public ParkedRequest {
 public:
  bool notice(const Notice& notice, ReplyWriter& out) override {
    if (const auto* over = std::get_if<TicketOver>(&notice)) {
      answer(out, over_json(*over));
    } else if (const auto* ended = std::get_if<Ended>(&notice)) {
      refuse(out, ended->why);
    }
    return true;
  }
};

Parked fifo_join(FifoEngine& engine, Request& request, ReplyWriter& out) {
  Result<Uuid> ticket = ticket_in(request);
  if (!ticket) return refuse(out, ticket.refusal());
  auto limit = request.query.duration("timeout");
  if (!limit) return refuse(out, limit.refusal());
  auto over = engine.join(request.path[0], *ticket, request.caller, *limit,
                          request.now);
  if (!over) return refuse(out, over.refusal());
  if (!*over) return std::make_unique<JoinCall>();
  return answer(out, over_json(**over));
}

Parked fifo_done(FifoEngine& engine, Request& request, ReplyWriter& out) {
  Result<Uuid> ticket = ticket_in(request);
  if (!ticket) return refuse(out, ticket.refusal());
  Done how;
  auto force = request.query.boolean("force");
  if (!force) return refuse(out, force.refusal());
  how.force = force->value_or(false);
  // As of wait(2).
  auto exit_status = request.query.number("exit_status", 0, 255);
  if (!exit_status) return refuse(out, exit_status.refusal());
  if (*exit_status) how.status = static_cast<int>(**exit_status) << 8;
  auto signal = request.query.number("signal", 1, 64);
  if (!signal) return refuse(out, signal.refusal());
  if (*signal) how.status = static_cast<int>(**signal);
  return answer(out, engine.done(request.path[0], *ticket, how, request.now,
                                 request.wall));
}

Parked fifo_touch(FifoEngine& engine, Request& request, ReplyWriter& out) {
  Result<Uuid> ticket = ticket_in(request);
  if (!ticket) return refuse(out, ticket.refusal());
  return answer(out, engine.touch(request.path[0], *ticket, request.now));
}

Parked fifo_list(FifoEngine& engine, Request& request, ReplyWriter& out) {
  auto next = [&engine, last = std::int64_t{0}](
                  Instant now, std::vector<std::string>& some) mutable {
    for (const FifoEngine::View& view : engine.list(last, kSlice, now)) {
      some.push_back(fifo_json(view));
      last = view.fifo.id;
    }
    return some.size() == kSlice;
  };
  return begin(std::make_unique<Listing>("fifos", next), request.now, out);
}

Parked fifo_show(FifoEngine& engine, Request& request, ReplyWriter& out) {
  Result<FifoEngine::View> view = engine.show(request.path[0], request.now);
  if (!view) return refuse(out, view.refusal());
  std::string tickets = "[";
  for (const auto& ticket :
       engine.live_tickets(view->fifo, kMostShown, request.now)) {
    if (tickets.size() > 1) tickets += ',';
    tickets += ticket_json(ticket, request.now);
  }
  tickets += ']';
  return answer(out,
                JsonObject()
                    .add_raw("fifo", fifo_json(*view))
                    .add_raw("tickets", tickets)
                    .add("count", JsonObject().add("tickets", view->fifo.live))
                    .line());
}

Parked fifo_delete(FifoEngine& engine, Request& request, ReplyWriter& out) {
  Result<> gone = engine.destroy(request.path[0]);
  return gone ? answer_status(out, 204) : refuse(out, gone.refusal());
}

}  // namespace

Result<Uuid> ticket_in(const Request& request) {
  if (auto uuid = Uuid::parse(request.path[1])) return *uuid;
  return read_uuid(request.path[1], "ticket",
                   fmt::format("use one that /fifo/{}/ticket answered with",
                               request.path[0]));
}

Result<TicketTerms> read_terms(const Query& query) {
  TicketTerms terms;
  auto priority = query.number("priority", -kMostPriority, kMostPriority);
  if (!priority) return priority.refusal();
  terms.priority = static_cast<int>(priority->value_or(0));
  auto shared = query.boolean("shared");
  if (!shared) return shared.refusal();
  terms.shared = shared->value_or(false);
  auto take = query.number("take", 1, kMaxSlots);
  if (!take) return take.refusal();
  terms.take = static_cast<int>(take->value_or(1));
  auto settle = query.duration("settle");
  if (!settle) return settle.refusal();
  terms.settle = settle->value_or(Duration::zero());
  auto at_most = query.duration("at_most");
  if (!at_most) return at_most.refusal();
  terms.at_most = at_most->value_or(Duration::zero());
  if (*at_most && terms.settle == Duration::zero()) {
    return Refusal{ErrorCode::kBadRequest,
                   "at_most bounds settle: give settle too, like settle=2s"};
  }
  const std::string* waiting = query.find("if_waiting");
  if (waiting == nullptr || *waiting == "queue") return terms;
  if (*waiting == "skip") {
    terms.if_waiting = IfWaiting::kSkip;
  } else if (*waiting == "replace") {
    terms.if_waiting = IfWaiting::kReplace;
  } else {
    return Refusal{
        ErrorCode::kBadRequest,
        fmt::format("if_waiting '{}': use queue, skip or replace", *waiting)};
  }
  return terms;
}

Parked refuse_ticket(FifoEngine& engine, std::string_view fifo,
                     ReplyWriter& out, const Refusal& why) {
  std::optional<Uuid> other;
  if (why.code == ErrorCode::kAlreadyWaiting) {
    other = engine.last_in_line(fifo);
  }
  if (!other) return refuse(out, why);
  Reply reply = error_reply(why);
  reply.body = error_json(why).add("ticket", other->text()).line();
  out.reply(std::move(reply));
  return nullptr;
}

Result<NewFifo> read_new_fifo(const Query& query) {
  NewFifo fifo;
  fifo.name = query.text("name");
  if (const std::string* text = query.find("slots")) {
    Result<SlotList> slots = parse_slots(*text);
    if (!slots) return slots.refusal();
    fifo.slots = slots->count;
    fifo.slot_names = std::move(slots->names);
  }
  if (const std::string* text = query.find("rate")) {
    fifo.rate = is_none(*text) ? Rate{} : parse_rate(*text);
    if (!fifo.rate) {
      return Refusal{
          ErrorCode::kBadRequest,
          fmt::format("rate '{}': use {}, or none", *text, kRateGrammar)};
    }
  }
  Result<Overrides> timeouts = read_overrides(query);
  if (!timeouts) return timeouts.refusal();
  fifo.timeouts = *timeouts;
  auto unused = query.duration("unused_destroy_timeout");
  if (!unused) return unused.refusal();
  fifo.unused_destroy = *unused;
  auto overrides = query.boolean("allow_overrides");
  if (!overrides) return overrides.refusal();
  fifo.allow_overrides = *overrides;
  return fifo;
}

void add_fifo_routes(Router& router, FifoEngine& engine) {
  const std::vector<Method> get_or_post = {Method::kGet, Method::kPost};
  router.add({get_or_post,
              "/fifo/new",
              {"name", "slots", "rate", "wait_timeout", "accept_timeout",
               "done_timeout", "unused_destroy_timeout", "allow_overrides"},
              bind(engine, fifo_new)});
  router.add({get_or_post,
              "/fifo/{}/ticket",
              {"priority", "shared", "take", "if_waiting", "settle", "at_most",
               "wait_timeout", "accept_timeout", "done_timeout"},
              bind(engine, fifo_ticket)});
  router.add({get_or_post,
              "/fifo/{}/wait/{}",
              {"timeout"},
              bind(engine, fifo_wait),
              false,
              true});
  router.add({get_or_post,
              "/fifo/{}/join/{}",
              {"timeout"},
              bind(engine, fifo_join),
              false,
              true});
  router.add({get_or_post,
              "/fifo/{}/done/{}",
              {"force", "exit_status", "signal"},
              bind(engine, fifo_done)});
  router.add(
      {{Method::kPost}, "/fifo/{}/touch/{}", {}, bind(engine, fifo_touch)});
  router.add(large({{Method::kGet}, "/fifo", {}, bind(engine, fifo_list)}));
  router.add(large({{Method::kGet}, "/fifo/{}", {}, bind(engine, fifo_show)}));
  router.add({{Method::kDelete}, "/fifo/{}", {}, bind(engine, fifo_delete)});
}

}  // namespace syncq
