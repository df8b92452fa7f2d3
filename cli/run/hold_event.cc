#include "cli/run/hold_event.h"

#include "cli/base/failure.h"
#include "cli/client/json_fields.h"
#include "cli/client/ticket_text.h"
#include "common/signal_names.h"

namespace syncq {
namespace {

using nlohmann::json;

template <typename Number>
Number number_of(const json& object, const char* key) {
  const json& value = field_of(object, key);
  return value.is_number_integer() ? value.get<Number>() : Number{};
}

HoldEvent::Kind kind_of(const std::string& event) {
  using Kind = HoldEvent::Kind;
  if (event == "ticket") return Kind::kTicket;
  if (event == "place") return Kind::kPosition;
  if (event == "grant") return Kind::kGrant;
  if (event == "beat") return Kind::kBeat;
  if (event == "signal") return Kind::kSignal;
  if (event == "ended") return Kind::kEnded;
  return Kind::kUnknown;
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
  event.fifo = field_text(object, "fifo");
  event.name = field_text(object, "name");
  event.ticket = field_text(object, "ticket");
  if (event.kind == HoldEvent::Kind::kPosition) {
    event.position.fifo = event.fifo;
  }
  if (const json& others = field_of(object, "others"); others.is_array()) {
    for (const json& other : others) {
      event.others.push_back({field_text(other, "fifo"),
                              field_text(other, "ticket"),
                              number_of<std::uint64_t>(other, "fence")});
    }
  }
  event.position.position = number_of<unsigned>(object, "place");
  event.position.of = number_of<unsigned>(object, "of");
  event.position.holder = read_holder(field_of(object, "holder"));
  event.position.paused = field_text(object, "paused") == "true";
  event.position.expected_wait = field_duration(object, "expected_wait_ms");
  event.fence = number_of<std::uint64_t>(object, "fence");
  if (event.kind == HoldEvent::Kind::kGrant) event.slots = slots_text(object);
  event.process_lease = field_text(object, "lease") == "process";
  event.done_timeout =
      field_duration(object, "done_timeout_ms").value_or(Duration::zero());
  event.connection_timeout = field_duration(object, "connection_timeout_ms")
                                 .value_or(Duration::zero());
  event.signal = signal_number(field_text(object, "signal")).value_or(0);
  event.error = field_text(object, "error");
  event.message = field_text(object, "message");
  return event;
}

}  // namespace syncq
