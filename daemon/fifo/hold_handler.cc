// POST /fifo/{fifo}/hold: the stream of a caller that keeps its turn by staying
// connected; and POST /hold, for turns in several FIFOs at once.

#include <fmt/format.h>

#include "common/signal_names.h"
#include "daemon/fifo/fifo_handlers.h"
#include "daemon/fifo/fifo_json.h"
#include "daemon/fifo/hold_query.h"
#include "daemon/fifo/preempt_call.h"
#include "daemon/http/handler.h"
#include "daemon/http/json_object.h"
#include "daemon/http/json_text.h"

namespace syncq {
namespace {

// The longest line a client may send up the stream.
constexpr std::size_t kMaxLine = 4096;

std::int64_t millis(Duration duration) {
  return std::chrono::ceil<std::chrono::milliseconds>(duration).count();
}

// What `describe` adds of each, as a list; none: nothing.
template <typename Each, typename Describe>
void add_others(JsonObject& line, const std::vector<Each>& others,
                Describe describe) {
  if (others.empty()) return;
  std::string list;
  for (const Each& each : others) {
    JsonObject json;
    describe(json, each);
    list += (list.empty() ? "" : ",") + json.text();
  }
  line.add_raw("others", "[" + list + "]");
}

void describe_grant(JsonObject& json, const Granted& granted) {
  json.add("ticket", granted.ticket.text()).add("fence", granted.fence);
  add_slots(json, granted);
}

void describe_ticket(JsonObject& json, const HoldReply& start) {
  json.add("fifo", start.fifo.uuid.text())
      .add_or_null("name", start.fifo.name)
      .add("ticket", start.ticket.text())
      .add("place", start.position)
      .add("of", start.fifo.waiting());
}

// `silence`: Peer::timeout of a caller on another machine, else zero. Its
// holder has to end the work when it can't reach us for so long: the turn
// passes on soon after.
std::string grant_line(const Granted& granted, Duration silence) {
  JsonObject line;
  line.add("event", "grant");
  describe_grant(line, granted);
  add_others(line, granted.others, describe_grant);
  line.add("lease", granted.process_lease ? "process" : "connection")
      .add("done_timeout_ms", millis(granted.done));
  if (silence > Duration::zero()) {
    line.add("connection_timeout_ms", millis(silence));
  }
  return line.line();
}

std::string place_line(const PositionInLine& news) {
  JsonObject line;
  line.add("event", "place");
  if (!news.fifo.empty()) line.add("fifo", news.fifo);
  line.add("place", news.position)
      .add("of", news.of)
      .add("expected_wait_ms", whole_millis(news.expected_wait))
      .add_raw("holder", news.has_holder ? holder_json(news.holder) : "null");
  if (news.paused) line.add("paused", true);
  if (!news.rate.empty()) line.add("rate", news.rate);
  return line.line();
}

std::string ticket_line(const HoldReply& start, Duration silence) {
  JsonObject line;
  line.add("event", "ticket");
  describe_ticket(line, start);
  add_others(line, start.others, describe_ticket);
  if (start.preempted) {
    line.add_raw("preempted", preempted_json(start.preempted->signalled))
        .add("not_preempted", start.preempted->others);
  }
  if (silence > Duration::zero()) {
    line.add("connection_timeout_ms", millis(silence));
  }
  return line.line();
}

std::string signal_line(const Signalled& signalled) {
  return JsonObject()
      .add("event", "signal")
      .add("signal", signal_name(signalled.number))
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
  HoldStream(FifoEngine& engine, ConnectionId caller, pid_t owner,
             Duration silence, bool beats)
      : engine_(engine),
        caller_(caller),
        owner_(owner),
        silence_(silence),
        beats_(beats) {}

  bool notice(const Notice& notice, ReplyWriter& out) override {
    if (const auto* granted = std::get_if<Granted>(&notice)) {
      out.stream(grant_line(*granted, silence_), promise_to(owner_));
      return false;
    }
    if (const auto* position = std::get_if<PositionInLine>(&notice)) {
      out.stream(place_line(*position), Promise::kNone);
      return false;
    }
    if (const auto* signalled = std::get_if<Signalled>(&notice)) {
      out.stream(signal_line(*signalled), Promise::kProcess);
      return false;
    }
    const auto* ended = std::get_if<Ended>(&notice);
    if (ended == nullptr) return false;
    out.stream(ended_line(ended->why), promise_to(owner_));
    out.end_stream();
    return true;
  }

  bool body(std::string& body, ReplyWriter& out) override {
    bool over = false;
    std::size_t begin = 0;
    for (std::size_t end = body.find('\n'); end != body.npos && !over;
         end = body.find('\n', begin)) {
      over = line(std::string_view(body).substr(begin, end - begin), out);
      begin = end + 1;
    }
    body.erase(0, begin);
    if (body.size() > kMaxLine) body.clear();
    return over;
  }

  Duration may_be_silent() const override {
    return beats_ ? silence_ : Duration::zero();
  }

 private:
  // Returns true with the last of the answer.
  bool line(std::string_view text, ReplyWriter& out) {
    nlohmann::json json = nlohmann::json::parse(text, nullptr, false);
    if (!json.is_object()) return false;
    if (json["done"] == true) {
      finish(json["status"], out);
      return true;
    }
    if (json["beat"].is_boolean()) beat(json["beat"], out);
    if (json["pid"].is_number()) announce(json["pid"], out);
    return false;
  }

  // {"done":true}: as if the caller were gone, but it gets to know of it. With
  // "status":N, as of wait(2), it says how its command ended.
  void finish(const nlohmann::json& status, ReplyWriter& out) {
    auto number = whole_number(status, 0, 0xFFFF);
    engine_.finish(caller_, number ? std::optional(static_cast<int>(*number))
                                   : std::nullopt);
    out.stream(ended_line({ErrorCode::kDone, "you have ended it"}),
               promise_to(owner_));
    out.end_stream();
  }

  // {"beat":true}: a sign of life, which is answered. {"beat":false}: the last
  // for a while, since the client is about to be stopped.
  void beat(bool goes_on, ReplyWriter& out) {
    if (silence_ == Duration::zero()) return;
    beats_ = goes_on;
    out.stream(JsonObject().add("event", "beat").line(), Promise::kNone);
  }

  // {"pid":N}: the command's process, from a client that keeps its request
  // open. The answer, after the commit, lets the command begin.
  void announce(const nlohmann::json& value, ReplyWriter& out) {
    auto number = whole_number(value, 1, std::numeric_limits<pid_t>::max());
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
  Duration silence_;
  bool beats_;
};

// `beat`: the caller is on another machine, and nothing between us tells when
// it is gone. It keeps its request open, and is heard from on it.
Parked hold(FifoEngine& engine, Request& request, ReplyWriter& out,
            std::vector<std::string> fifos) {
  Result<HoldRequest> call = read_hold(request);
  if (!call) return refuse(out, call.refusal());
  auto beat = request.query.boolean("beat");
  if (!beat) return refuse(out, beat.refusal());
  bool beats = beat->value_or(false);
  Duration silence =
      beats || request.peer.remote ? request.peer.timeout : Duration::zero();
  call->with.assign(fifos.begin() + 1, fifos.end());
  Result<HoldReply> start = engine.hold(fifos.front(), *call, request.caller,
                                        request.now, request.wall);
  if (!start) return refuse_ticket(engine, fifos.front(), out, start.refusal());
  out.start_stream(kJsonLines);
  Promise promise =
      start->created ? Promise::kPowerLoss : promise_to(call->owner.pid);
  out.stream(ticket_line(*start, silence), promise);
  if (start->granted) {
    out.stream(grant_line(*start->granted, silence), promise);
  }
  bool told = true;
  auto tell = [&](const HoldReply& reply) {
    told = told &&
           (!reply.news || out.stream(place_line(*reply.news), Promise::kNone));
  };
  tell(*start);
  for (const HoldReply& other : start->others) tell(other);
  if (!told) engine.not_told(request.caller);
  return std::make_unique<HoldStream>(engine, request.caller, call->owner.pid,
                                      silence, beats);
}

Parked hold_one(FifoEngine& engine, Request& request, ReplyWriter& out) {
  return hold(engine, request, out, {std::string(request.path[0])});
}

Parked hold_several(FifoEngine& engine, Request& request, ReplyWriter& out) {
  std::vector<std::string> fifos = request.query.all("fifo");
  if (!fifos.empty()) return hold(engine, request, out, std::move(fifos));
  return refuse(out, {ErrorCode::kBadRequest,
                      "fifo is missing: name each FIFO of which you want a "
                      "turn, as in /hold?fifo=a&fifo=b"});
}

// Says which process runs the command of a ticket of hold. A request of its
// own: a proxy between may read a request whole before it passes it on.
Parked command(FifoEngine& engine, Request& request, ReplyWriter& out) {
  Result<Uuid> uuid = read_hold_ticket(request.path[1]);
  if (!uuid) return refuse(out, uuid.refusal());
  auto pid = request.query.number("pid", 1, std::numeric_limits<pid_t>::max());
  if (!pid) return refuse(out, pid.refusal());
  if (!*pid) {
    return refuse(out, {ErrorCode::kInvalidNumber,
                        "pid is missing: name the process that does the work"});
  }
  Result<Ticket> ticket = engine.find_hold(request.path[0], *uuid, request.now);
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
                      "priority",
                      "shared",
                      "inside",
                      "if_waiting",
                      "settle",
                      "at_most",
                      "take",
                      "nowait",
                      "beat",
                      "timeout",
                      "wait_timeout",
                      "accept_timeout",
                      "done_timeout",
                      "unused_destroy_timeout",
                      "allow_overrides",
                      "rate",
                      "cancel_holder",
                      "cancel_grace"};
  route.handler = bind(engine, hold_one);
  route.waits = true;
  route.streams_body = true;
  router.add(route);
  route.pattern = "/hold";
  route.repeats = "fifo";
  route.parameters.push_back(route.repeats);
  route.handler = bind(engine, hold_several);
  router.add(std::move(route));
  router.add(
      {{Method::kPost}, "/fifo/{}/command/{}", {"pid"}, bind(engine, command)});
}

}  // namespace syncq
