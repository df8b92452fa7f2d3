#include "cli/run/hold_event.h"

#include "cli/base/failure.h"
#include "cli/client/json_fields.h"
#include "cli/client/ticket_text.h"
#include "common/signal_names.h"

namespace syncq {
namespace {

using nlohmann::json;
using Kind = HoldEvent::Kind;

template <typename Number>
Number number_of(const json& object, const char* key) {
  const json& value = field_of(object, key);
  return value.is_number_integer() ? value.get<Number>() : Number{};
}

Kind kind_of(const std::string& event) {
  if (event == "ticket") return Kind::kTicket;
  if (event == "place") return Kind::kPosition;
  if (event == "grant") return Kind::kGrant;
  if (event == "beat") return Kind::kBeat;
  if (event == "signal") return Kind::kSignal;
  if (event == "ended") return Kind::kEnded;
  return Kind::kUnknown;
}

void read_others(const json& object, HoldEvent& event) {
  const json& others = field_of(object, "others");
  if (!others.is_array()) return;
  for (const json& other : others) {
    event.others.push_back({field_text(other, "fifo"),
                            field_text(other, "ticket"),
                            number_of<std::uint64_t>(other, "fence")});
  }
}

void read_place(const json& object, Position& position) {
  position.position = number_of<unsigned>(object, "place");
  position.of = number_of<unsigned>(object, "of");
}

void read_ticket(const json& object, HoldEvent& event) {
  event.fifo = field_text(object, "fifo");
  event.ticket = field_text(object, "ticket");
  read_others(object, event);
  read_place(object, event.position);
  for (const json& turn : field_of(object, "preempted")) {
    if (auto holder = read_holder(turn)) event.preempted.push_back(*holder);
  }
  event.not_preempted = number_of<unsigned>(object, "not_preempted");
}

void read_position(const json& object, Position& position) {
  position.fifo = field_text(object, "fifo");
  read_place(object, position);
  position.holder = read_holder(field_of(object, "holder"));
  position.paused = field_text(object, "paused") == "true";
  position.expected_wait = field_duration(object, "expected_wait_ms");
  position.rate = field_text(object, "rate");
}

void read_grant(const json& object, HoldEvent& event) {
  event.ticket = field_text(object, "ticket");
  read_others(object, event);
  event.fence = number_of<std::uint64_t>(object, "fence");
  event.slots = slots_text(object);
  event.process_lease = field_text(object, "lease") == "process";
  event.done_timeout =
      field_duration(object, "done_timeout_ms").value_or(Duration::zero());
}

void read_end(const json& object, HoldEvent& event) {
  event.error = field_text(object, "error");
  event.message = field_text(object, "message");
}

}  // namespace

HoldEvent parse_hold_event(std::string_view line) {
  json object = json::parse(line, nullptr, false);
  if (!object.is_object()) {
    throw Failure(
        "reading the daemon's answer: a line of it is no JSON "
        "object; check that it really is a syncq daemon");
  }
  HoldEvent event;
  event.kind = kind_of(field_text(object, "event"));
  event.connection_timeout = field_duration(object, "connection_timeout_ms")
                                 .value_or(Duration::zero());
  switch (event.kind) {
    case Kind::kTicket:
      read_ticket(object, event);
      break;
    case Kind::kPosition:
      read_position(object, event.position);
      break;
    case Kind::kGrant:
      read_grant(object, event);
      break;
    case Kind::kSignal:
      event.signal = signal_number(field_text(object, "signal")).value_or(0);
      break;
    case Kind::kEnded:
      read_end(object, event);
      break;
    case Kind::kBeat:
    case Kind::kUnknown:
      break;
  }
  return event;
}

}  // namespace syncq
