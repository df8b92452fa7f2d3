#include <fmt/format.h>

#include "common/signal_names.h"
#include "daemon/fifo/fifo_handlers.h"
#include "daemon/fifo/position_notifier.h"
#include "daemon/http/handler.h"
#include "daemon/http/json_text.h"

namespace syncq {
namespace {

Parked fifo_pause(FifoEngine& engine, Request& request, ReplyWriter& out) {
  return answer(out, engine.pause(request.path[0], true, request.now));
}

Parked fifo_resume(FifoEngine& engine, Request& request, ReplyWriter& out) {
  return answer(out, engine.pause(request.path[0], false, request.now));
}

Parked fifo_set(FifoEngine& engine, Request& request, ReplyWriter& out) {
  Result<NewFifo> wanted = read_new_fifo(request.query);
  if (!wanted) return refuse(out, wanted.refusal());
  return answer(out, engine.set(request.path[0], *wanted, request.now));
}

Parked fifo_front(FifoEngine& engine, Request& request, ReplyWriter& out) {
  Result<Uuid> ticket = ticket_in(request);
  if (!ticket) return refuse(out, ticket.refusal());
  return answer(out, engine.front(request.path[0], *ticket, request.now));
}

Parked fifo_cancel(FifoEngine& engine, Request& request, ReplyWriter& out) {
  Result<Uuid> ticket = ticket_in(request);
  if (!ticket) return refuse(out, ticket.refusal());
  return answer(out, engine.cancel(request.path[0], *ticket, request.now));
}

Parked fifo_kill(FifoEngine& engine, Request& request, ReplyWriter& out) {
  std::optional<Uuid> ticket;
  if (const std::string* text = request.query.find("ticket")) {
    Result<Uuid> uuid =
        read_uuid(*text, "ticket", "use one that GET /fifo/{fifo} shows");
    if (!uuid) return refuse(out, uuid.refusal());
    ticket = *uuid;
  }
  const std::string* name = request.query.find("signal");
  auto signal = signal_number(name == nullptr ? "TERM" : *name);
  if (!signal) {
    return refuse(out, {ErrorCode::kBadRequest,
                        fmt::format("there is no signal '{}': use a name, as "
                                    "TERM, or a number",
                                    *name)});
  }
  Result<Ticket> killed =
      engine.kill(request.path[0], ticket, *signal, request.now);
  if (!killed) return refuse(out, killed.refusal());
  pid_t pid = process_of(*killed).pid;
  return answer(
      out, JsonObject()
               .add("ticket", killed->uuid.text())
               .add("pid",
                    pid == 0 ? std::nullopt : std::optional<std::int64_t>(pid))
               .line());
}

}  // namespace

void add_steering_routes(Router& router, FifoEngine& engine) {
  auto post = [&](const char* pattern, std::vector<std::string_view> parameters,
                  Parked (*handler)(FifoEngine&, Request&, ReplyWriter&)) {
    router.add({{Method::kPost},
                pattern,
                std::move(parameters),
                bind(engine, handler)});
  };
  post("/fifo/{}/pause", {}, fifo_pause);
  post("/fifo/{}/resume", {}, fifo_resume);
  post("/fifo/{}/set",
       {"slots", "rate", "wait_timeout", "accept_timeout", "done_timeout",
        "unused_destroy_timeout"},
       fifo_set);
  post("/fifo/{}/front/{}", {}, fifo_front);
  post("/fifo/{}/cancel/{}", {}, fifo_cancel);
  post("/fifo/{}/kill", {"ticket", "signal"}, fifo_kill);
}

}  // namespace syncq
