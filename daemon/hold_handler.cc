// POST /fifo/{fifo}/hold: the stream of a caller that keeps its turn by
// being there.

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "daemon/fifo_handlers.h"
#include "daemon/fifo_json.h"

namespace syncq {
namespace {

// The longest line a client may send up the stream.
constexpr std::size_t kMaxLine = 4096;
// What is shown of a holder to the others in line.
constexpr std::size_t kMaxText = 4096;

std::string grant_line(const Granted& granted) {
  return fmt::format(
      R"({{"event":"grant","ticket":"{}","fence":{},"slot":{},"lease":"{}"}})"
      "\n",
      granted.ticket.text(), granted.fence, granted.slot,
      granted.process_lease ? "process" : "connection");
}

std::string place_line(const PlaceInLine& news) {
  return fmt::format(R"({{"event":"place","place":{},"of":{},"holder":{}}})"
                     "\n",
                     news.place, news.of,
                     news.has_holder ? holder_json(news.holder) : "null");
}

std::string ticket_line(const HoldStart& start) {
  return fmt::format(
      R"({{"event":"ticket","fifo":"{}","name":{},"ticket":"{}","place":{},)"
      R"("of":{}}})"
      "\n",
      start.fifo.uuid.text(), json_string_or_null(start.fifo.name),
      start.ticket.text(), start.place, start.fifo.waiting());
}

class HoldStream final : public ParkedRequest {
 public:
  HoldStream(FifoEngine& engine, CallerId caller, pid_t owner)
      : engine_(engine), caller_(caller), owner_(owner) {}

  bool notice(const Notice& notice, ReplyWriter& out) override {
    if (const auto* granted = std::get_if<Granted>(&notice)) {
      out.stream(grant_line(*granted), true);
      return false;
    }
    if (const auto* place = std::get_if<PlaceInLine>(&notice)) {
      out.stream(place_line(*place), false);
      return false;
    }
    out.stream(ended_line(std::get<Ended>(notice).why), true);
    out.end_stream();
    return true;
  }

  void body(std::string& body) override {
    for (std::size_t end = body.find('\n'); end != body.npos;
         end = body.find('\n')) {
      line(std::string_view(body).substr(0, end));
      body.erase(0, end + 1);
    }
    if (body.size() > kMaxLine) body.clear();
  }

 private:
  // {"pid":N}: the command's process. Taken only for one that we see as the
  // wrapper's own child: a pid of another pid namespace means another process
  // here.
  void line(std::string_view text) {
    nlohmann::json json = nlohmann::json::parse(text, nullptr, false);
    if (!json.is_object() || !json["pid"].is_number_integer()) return;
    auto pid = json["pid"].get<pid_t>();
    if (owner_ == 0 || (pid != owner_ && parent_of(pid) != owner_)) return;
    if (auto process = find_process(pid)) engine_.announce(caller_, *process);
  }

  FifoEngine& engine_;
  CallerId caller_;
  pid_t owner_;  // 0: not a process that we can see
};

Result<Uuid> read_uuid(const std::string& text) {
  auto uuid = Uuid::parse(text);
  if (uuid) return *uuid;
  return Refusal{ErrorCode::kInvalidUuid,
                 fmt::format("ticket '{}' is no UUID: use the one that hold "
                             "answered with",
                             text)};
}

Result<HoldCall> read_call(const Request& request) {
  const Query& query = request.query;
  HoldCall call;
  Result<NewFifo> fifo = read_new_fifo(query);
  if (!fifo) return fifo.refusal();
  call.fifo = *fifo;
  for (auto [name, into] :
       {std::pair("create", &call.create), std::pair("nowait", &call.nowait),
        std::pair("exec", &call.exec)}) {
    auto flag = query.boolean(name);
    if (!flag) return flag.refusal();
    *into = flag->value_or(false);
  }
  auto limit = query.duration("timeout");
  if (!limit) return limit.refusal();
  call.limit = *limit;
  if (const std::string* ticket = query.find("ticket")) {
    Result<Uuid> uuid = read_uuid(*ticket);
    if (!uuid) return uuid.refusal();
    call.reattach = *uuid;
  }
  call.label = query.text("label").substr(0, kMaxText);
  call.cwd = query.text("cwd").substr(0, kMaxText);
  auto pid = query.number("pid", 1, std::numeric_limits<pid_t>::max());
  if (!pid) return pid.refusal();
  // Equal: the caller and we are in one pid namespace, and nobody stands
  // between us.
  if (*pid && **pid == request.peer.pid) {
    call.owner = find_process(request.peer.pid).value_or(Process{});
  }
  return call;
}

std::unique_ptr<ParkedRequest> hold(FifoEngine& engine, Request& request,
                                    ReplyWriter& out) {
  Result<HoldCall> call = read_call(request);
  if (!call) {
    out.reply(error_reply(call.refusal()));
    return nullptr;
  }
  Result<HoldStart> start = engine.hold(request.path[0], *call, request.caller,
                                        request.now, request.wall);
  if (!start) {
    out.reply(error_reply(start.refusal()));
    return nullptr;
  }
  out.start_stream(kJsonLines);
  out.stream(ticket_line(*start), true);
  if (start->granted) out.stream(grant_line(*start->granted), true);
  if (start->news) out.stream(place_line(*start->news), false);
  return std::make_unique<HoldStream>(engine, request.caller, call->owner.pid);
}

}  // namespace

void add_hold_route(Router& router, FifoEngine& engine) {
  Route route;
  route.methods = {Method::kPost};
  route.pattern = "/fifo/{}/hold";
  route.parameters = {"create",
                      "slots",
                      "label",
                      "cwd",
                      "pid",
                      "exec",
                      "ticket",
                      "nowait",
                      "timeout",
                      "wait_timeout",
                      "accept_timeout",
                      "done_timeout",
                      "unused_destroy_timeout",
                      "allow_overrides"};
  route.handler = [&engine](Request& request, ReplyWriter& out) {
    return hold(engine, request, out);
  };
  route.streams_body = true;
  router.add(std::move(route));
}

}  // namespace syncq
