// POST /fifo/{fifo}/hold: the stream of a caller that keeps its turn by staying
// connected.

#include <fmt/format.h>

#include "daemon/fifo/fifo_handlers.h"
#include "daemon/fifo/fifo_json.h"
#include "daemon/http/handler.h"
#include "daemon/http/json_object.h"
#include "daemon/http/json_text.h"

namespace syncq {
namespace {

// The longest line a client may send up the stream.
constexpr std::size_t kMaxLine = 4096;
// The longest label and directory shown to the others in line.
constexpr std::size_t kMaxText = 4096;

std::string grant_line(const Granted& granted) {
  return JsonObject()
      .add("event", "grant")
      .add("ticket", granted.ticket.text())
      .add("fence", granted.fence)
      .add("slot", granted.slot)
      .add("lease", granted.process_lease ? "process" : "connection")
      .add("done_timeout_ms",
           std::chrono::ceil<std::chrono::milliseconds>(granted.done).count())
      .line();
}

std::string place_line(const PositionInLine& news) {
  return JsonObject()
      .add("event", "place")
      .add("place", news.position)
      .add("of", news.of)
      .add_raw("holder", news.has_holder ? holder_json(news.holder) : "null")
      .line();
}

std::string ticket_line(const HoldReply& start) {
  return JsonObject()
      .add("event", "ticket")
      .add("fifo", start.fifo.uuid.text())
      .add_or_null("name", start.fifo.name)
      .add("ticket", start.ticket.text())
      .add("place", start.position)
      .add("of", start.fifo.waiting())
      .line();
}

// A process of this machine ends with the machine's power, and its turn with
// it; recover() keeps the fence growing after that. A remote holder may
// reconnect, so its ticket must survive.
Promise promise_to(pid_t owner) {
  return owner != 0 ? Promise::kProcess : Promise::kPowerLoss;
}

// The command's process, only if we see it as the wrapper itself or its child:
// a pid of another pid namespace means another process here.
std::optional<Process> command_of(pid_t owner, pid_t pid) {
  bool seen = owner != 0 && (pid == owner || parent_of(pid) == owner);
  return seen ? find_process(pid) : std::nullopt;
}

std::string_view lease_of(const std::optional<Process>& command) {
  return command ? "process" : "connection";
}

class HoldStream final : public ParkedRequest {
 public:
  HoldStream(FifoEngine& engine, ConnectionId caller, pid_t owner)
      : engine_(engine), caller_(caller), owner_(owner) {}

  bool notice(const Notice& notice, ReplyWriter& out) override {
    if (const auto* granted = std::get_if<Granted>(&notice)) {
      out.stream(grant_line(*granted), promise_to(owner_));
      return false;
    }
    if (const auto* position = std::get_if<PositionInLine>(&notice)) {
      out.stream(place_line(*position), Promise::kNone);
      return false;
    }
    const auto* ended = std::get_if<Ended>(&notice);
    if (ended == nullptr) return false;
    out.stream(ended_line(ended->why), promise_to(owner_));
    out.end_stream();
    return true;
  }

  void body(std::string& body, ReplyWriter& out) override {
    for (std::size_t end = body.find('\n'); end != body.npos;
         end = body.find('\n')) {
      line(std::string_view(body).substr(0, end), out);
      body.erase(0, end + 1);
    }
    if (body.size() > kMaxLine) body.clear();
  }

 private:
  // {"pid":N}: the command's process, from a client that keeps its request
  // open. The answer, after the commit, lets the command begin.
  void line(std::string_view text, ReplyWriter& out) {
    nlohmann::json json = nlohmann::json::parse(text, nullptr, false);
    if (!json.is_object()) return;
    auto number =
        whole_number(json["pid"], 1, std::numeric_limits<pid_t>::max());
    if (!number) return;
    auto pid = static_cast<pid_t>(*number);
    std::optional<Process> process = command_of(owner_, pid);
    if (process) engine_.announce(caller_, *process);
    out.stream(JsonObject()
                   .add("event", "command")
                   .add("pid", pid)
                   .add("lease", lease_of(process))
                   .line(),
               promise_to(owner_));
  }

  FifoEngine& engine_;
  ConnectionId caller_;
  pid_t owner_;  // 0: not a process that we can see
};

Result<Uuid> read_ticket(const std::string& text) {
  return read_uuid(text, "ticket", "use the one that hold answered with");
}

Result<HoldRequest> read_call(const Request& request) {
  const Query& query = request.query;
  HoldRequest call;
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
    Result<Uuid> uuid = read_ticket(*ticket);
    if (!uuid) return uuid.refusal();
    call.ticket = *uuid;
  }
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

Parked hold(FifoEngine& engine, Request& request, ReplyWriter& out) {
  Result<HoldRequest> call = read_call(request);
  if (!call) return refuse(out, call.refusal());
  Result<HoldReply> start = engine.hold(request.path[0], *call, request.caller,
                                        request.now, request.wall);
  if (!start) return refuse(out, start.refusal());
  out.start_stream(kJsonLines);
  Promise promise =
      start->created ? Promise::kPowerLoss : promise_to(call->owner.pid);
  out.stream(ticket_line(*start), promise);
  if (start->granted) out.stream(grant_line(*start->granted), promise);
  if (start->news) out.stream(place_line(*start->news), Promise::kNone);
  return std::make_unique<HoldStream>(engine, request.caller, call->owner.pid);
}

// Says which process runs the command of a ticket of hold. A request of its
// own: a proxy between may read a request whole before it passes it on.
Parked command(FifoEngine& engine, Request& request, ReplyWriter& out) {
  Result<Uuid> uuid = read_ticket(request.path[1]);
  if (!uuid) return refuse(out, uuid.refusal());
  auto pid = request.query.number("pid", 1, std::numeric_limits<pid_t>::max());
  if (!pid) return refuse(out, pid.refusal());
  if (!*pid) {
    return refuse(out, {ErrorCode::kInvalidNumber,
                        "pid is missing: name the process that does the work"});
  }
  Result<Ticket> ticket = engine.find_hold(request.path[0], *uuid);
  if (!ticket) return refuse(out, ticket.refusal());
  // From anybody but the owner itself the number may be of another namespace.
  pid_t owner = ticket->owner.pid == request.peer.pid ? ticket->owner.pid : 0;
  std::optional<Process> process = command_of(owner, static_cast<pid_t>(**pid));
  if (process) engine.set_command(*ticket, *process);
  std::string body =
      JsonObject().add("pid", **pid).add("lease", lease_of(process)).line();
  out.reply({200, kJson, std::move(body), "", promise_to(owner)});
  return nullptr;
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
  route.handler = bind(engine, hold);
  route.waits = true;
  route.streams_body = true;
  router.add(std::move(route));
  router.add(
      {{Method::kPost}, "/fifo/{}/command/{}", {"pid"}, bind(engine, command)});
}

}  // namespace syncq
