#include "tests/sim/requests.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>

#include "common/duration.h"
#include "common/signal_names.h"
#include "tests/sim/refusals.h"

namespace syncq::sim {
namespace {

// A target with its parameters.
class Target {
 public:
  explicit Target(std::string path) : text_(std::move(path)) {}

  Target& add(std::string_view name, std::string_view value) {
    text_ += fmt::format("{}{}={}", any_ ? '&' : '?', name, value);
    any_ = true;
    return *this;
  }
  Target& add(std::string_view name, const std::optional<Duration>& value) {
    return value ? add(name, std::string_view(format_duration(*value))) : *this;
  }
  Target& flag(std::string_view name, bool value) {
    return value ? add(name, std::string_view("true")) : *this;
  }
  Target& terms(const Ask& ask) {
    if (ask.priority != 0) add("priority", std::to_string(ask.priority));
    if (ask.take != 1) add("take", std::to_string(ask.take));
    if (ask.if_waiting == IfWaiting::kSkip) add("if_waiting", "skip");
    if (ask.if_waiting == IfWaiting::kReplace) add("if_waiting", "replace");
    return add("settle", ask.settle)
        .add("at_most", ask.at_most)
        .flag("shared", ask.shared);
  }
  Target& preempt(const Preempt& preempt) {
    if (!preempt) return *this;
    return add("cancel_holder", signal_name(preempt.signal))
        .add("cancel_grace", std::optional(preempt.grace));
  }
  Target& timeouts(const Ask& ask) {
    return add("wait_timeout", ask.wait_timeout)
        .add("accept_timeout", ask.accept_timeout)
        .add("done_timeout", ask.done_timeout);
  }
  Target& set(const Ask& ask) {
    if (!ask.slot_names.empty()) {
      add("slots", fmt::format("{}", fmt::join(ask.slot_names, ",")));
    } else if (ask.slots) {
      add("slots", std::to_string(*ask.slots));
    }
    if (ask.turn_rate) {
      add("rate", *ask.turn_rate ? format_rate(*ask.turn_rate) : "none");
    }
    return timeouts(ask).add("unused_destroy_timeout", ask.unused_timeout);
  }
  Target& config(const Ask& ask) {
    return set(ask).flag("allow_overrides", ask.overrides);
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
  bool any_ = false;
};

std::string request(std::string_view method, const Target& target,
                    std::string_view fields = "", std::string_view body = "") {
  std::string length;
  if (!body.empty())
    length = fmt::format("Content-Length: {}\r\n", body.size());
  return fmt::format("{} {} HTTP/1.1\r\nHost: x\r\n{}{}\r\n{}", method,
                     target.text(), fields, length, body);
}

std::string chunk(std::string_view text) {
  return fmt::format("{:x}\r\n{}\r\n", text.size(), text);
}

std::string hold_bytes(const Ask& ask, const std::string& base,
                       const Names& names) {
  const bool several = !ask.more.empty();
  Target target(several ? "/hold" : base + "/hold");
  if (several) target.add("fifo", base.substr(base.rfind('/') + 1));
  for (const std::string& each : ask.more) target.add("fifo", each);
  target.config(ask)
      .terms(ask)
      .preempt(ask.preempt)
      .flag("create", ask.create)
      .flag("nowait", ask.nowait)
      .flag("exec", ask.exec)
      .add("timeout", ask.limit);
  if (ask.chosen) target.add("ticket", names.of(*ask.chosen));
  std::vector<std::string> inside;
  for (Id each : ask.inside) inside.push_back(names.of(each));
  if (!inside.empty()) {
    target.add("inside", fmt::format("{}", fmt::join(inside, ",")));
  }
  if (ask.pid != 0) target.add("pid", std::to_string(ask.pid));
  return request("POST", target,
                 ask.streams ? "Transfer-Encoding: chunked\r\n" : "");
}

std::string fifo_bytes(const Ask& ask, const Names& names) {
  std::string base =
      "/fifo/" + (ask.by_uuid != 0 ? names.of(ask.by_uuid) : ask.name);
  std::string ticket = "/" + names.of(ask.ticket);
  switch (ask.verb) {
    case Verb::kFifoNew: {
      Target target("/fifo/new");
      if (!ask.name.empty()) target.add("name", ask.name);
      return request("POST", target.config(ask));
    }
    case Verb::kTicket:
      return request("GET", Target(base + "/ticket").terms(ask).timeouts(ask));
    case Verb::kWait:
      return request("GET",
                     Target(base + "/wait" + ticket).add("timeout", ask.limit));
    case Verb::kJoin:
      return request("POST",
                     Target(base + "/join" + ticket).add("timeout", ask.limit));
    case Verb::kDone:
      return request("POST",
                     Target(base + "/done" + ticket).flag("force", ask.force));
    case Verb::kTouch:
      return request("POST", Target(base + "/touch" + ticket));
    case Verb::kHold:
      return hold_bytes(ask, base, names);
    case Verb::kCommand:
      return request("POST", Target(base + "/command" + ticket)
                                 .add("pid", std::to_string(ask.pid)));
    case Verb::kAnnounce:
      return chunk(fmt::format("{{\"pid\":{}}}\n", ask.pid));
    case Verb::kFifoSet:
      return request("POST", Target(base + "/set").set(ask));
    case Verb::kFront:
      return request("POST", Target(base + "/front" + ticket));
    case Verb::kCancel:
      return request("POST", Target(base + "/cancel" + ticket));
    case Verb::kFifoKill:
      return request("POST",
                     Target(base + "/kill").add("ticket", ticket.substr(1)));
    case Verb::kFifoPause:
      return request("POST", Target(base + "/pause"));
    case Verb::kFifoResume:
      return request("POST", Target(base + "/resume"));
    case Verb::kFifoShow:
      return request("GET", Target(base));
    case Verb::kFifoList:
      return request("GET", Target("/fifo"));
    default:
      return request("DELETE", Target(base));
  }
}

std::string put_bytes(const Ask& ask, const std::string& base) {
  std::string fields;
  if (!ask.key.empty()) {
    fields = fmt::format("Idempotency-Key: {}\r\n", ask.key);
    if (ask.sequence != 0) {
      fields += fmt::format("Syncq-Sequence: {}\r\n", ask.sequence);
    }
  }
  Target target(base);
  target.add("delay", ask.delay).add("ttl", ask.ttl);
  if (!ask.group.empty()) target.add("group", ask.group);
  return request("PUT", target, fields, ask.body);
}

std::string new_queue_bytes(const Ask& ask) {
  nlohmann::json json = {{"name", ask.name}, {"ephemeral", ask.ephemeral}};
  if (ask.capacity) json["capacity"] = *ask.capacity;
  if (ask.reject) json["overflow"] = "reject";
  if (ask.max_attempts != 0) {
    json["max_attempts"] = ask.max_attempts;
    json["dead_letter"] = ask.dead_letter;
  }
  if (ask.in_flight != 0) json["in_flight"] = ask.in_flight;
  if (ask.rate) json["rate"] = format_rate(ask.rate);
  return request("POST", Target("/queues"),
                 "Content-Type: application/json\r\n", json.dump());
}

std::string set_bytes(const Ask& ask, const std::string& base) {
  nlohmann::json json = {{"overflow", ask.reject ? "reject" : "evict"},
                         {"capacity", nullptr},
                         {"in_flight", nullptr},
                         {"rate", nullptr}};
  if (ask.capacity) json["capacity"] = *ask.capacity;
  if (ask.in_flight != 0) json["in_flight"] = ask.in_flight;
  if (ask.rate) json["rate"] = format_rate(ask.rate);
  return request("POST", Target(base + "/set"),
                 "Content-Type: application/json\r\n", json.dump());
}

std::string queue_bytes(const Ask& ask, const Names& names) {
  std::string base =
      "/queues/" + (ask.by_uuid != 0 ? names.of(ask.by_uuid) : ask.name);
  std::string lease = "/" + names.of(ask.lease);
  auto take = [&](const std::string& path) {
    Target target(base + path);
    target.add("lease", ask.lease_time);
    if (ask.chosen) target.add("lease_id", names.of(*ask.chosen));
    if (ask.count) target.add("count", std::to_string(*ask.count));
    return target;
  };
  std::string index = std::to_string(ask.index);
  switch (ask.verb) {
    case Verb::kPut:
      return put_bytes(ask, base);
    case Verb::kHead:
      return request("GET", take("/head").add("wait", ask.limit));
    case Verb::kTail:
      return request("GET", take("/tail").add("wait", ask.limit));
    case Verb::kConsume:
      return request("GET", take("/consume/" + index));
    case Verb::kPeek:
      return request("GET", Target(base + "/peek/" + index));
    case Verb::kMessages: {
      constexpr const char* kStates[] = {"ready", "delayed", "leased", "dead",
                                         "blocked"};
      return request("GET",
                     Target(base + "/messages")
                         .add("from", index)
                         .add("limit", std::to_string(ask.most))
                         .add("state", kStates[static_cast<int>(ask.state)]));
    }
    case Verb::kSet:
      return set_bytes(ask, base);
    case Verb::kRemove:
      return request("DELETE", Target(fmt::format("{}/messages/{}-{}", base,
                                                  ask.generation, index)));
    case Verb::kPause:
      return request("POST", Target(base + "/pause"));
    case Verb::kResume:
      return request("POST", Target(base + "/resume"));
    case Verb::kRedrive: {
      Target target(base + "/redrive");
      if (!ask.to.empty()) target.add("to", ask.to);
      return request("POST", target.add("limit", std::to_string(ask.most)));
    }
    case Verb::kAck:
      return request("POST", Target(base + "/ack" + lease));
    case Verb::kNack: {
      Target target(base + "/nack" + lease);
      if (!ask.reason.empty()) target.add("reason", ask.reason);
      return request("POST", target.add("delay", ask.delay)
                                 .flag("dead", ask.dead)
                                 .flag("uncounted", ask.uncounted));
    }
    case Verb::kExtend:
      return request(
          "POST", Target(base + "/extend" + lease).add("by", ask.lease_time));
    case Verb::kQueueNew:
      return new_queue_bytes(ask);
    case Verb::kQueueShow:
      return request("GET", Target(base));
    case Verb::kQueueList:
      return request("GET", Target("/queues"));
    case Verb::kQueueDelete:
      return request("DELETE", Target(base));
    default:
      return request("DELETE", Target(base + "/messages"));
  }
}

std::string look_bytes(const Ask& ask) {
  const Wanted& wanted = ask.wanted;
  Target target(ask.verb == Verb::kEvents ? "/events" : "/overview");
  if (!wanted.only.empty()) target.add("for", wanted.only);
  target.add("waiting", std::to_string(wanted.waiting));
  return request("GET", target.add("timeout", ask.limit));
}

}  // namespace

std::string bytes_of(const Ask& ask, const Names& names) {
  bool looks = ask.verb == Verb::kOverview || ask.verb == Verb::kEvents;
  std::string bytes = looks                        ? look_bytes(ask)
                      : ask.verb == Verb::kGarbage ? garbage(ask.garbage)
                      : ask.verb == Verb::kStatus
                          ? request("GET", Target("/status"))
                      : ask.verb < Verb::kPut ? fifo_bytes(ask, names)
                                              : queue_bytes(ask, names);
  constexpr std::string_view kHost = "Host: x\r\n";
  std::size_t host = ask.shown ? bytes.find(kHost) : bytes.npos;
  if (host != bytes.npos) {
    bytes.replace(host, kHost.size(), fields_of(*ask.shown));
  }
  return bytes;
}

}  // namespace syncq::sim
