#include "daemon/fifo/fifo_json.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/duration.h"
#include "daemon/http/json_text.h"

namespace syncq {
namespace {

std::int64_t millis(Duration duration) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::max(duration, Duration::zero()))
      .count();
}

std::string_view state_name(TicketState state) {
  switch (state) {
    case TicketState::kWaiting:
      return "waiting";
    case TicketState::kReady:
      return "ready";
    case TicketState::kAccepted:
      return "accepted";
    case TicketState::kEnded:
      break;
  }
  return "ended";
}

std::string number_or_null(std::int64_t number, std::int64_t none) {
  return number == none ? "null" : fmt::to_string(number);
}

std::string_view boolean_or_null(std::optional<bool> value) {
  return !value ? "null" : *value ? "true" : "false";
}

}  // namespace

std::string grant_json(const Granted& granted) {
  return fmt::format("{{\"ticket\":\"{}\",\"fence\":{},\"slot\":{}}}\n",
                     granted.ticket.text(), granted.fence, granted.slot);
}

std::string holder_json(const Holder& holder) {
  return fmt::format(
      R"({{"label":{},"cwd":{},"pid":{},"held_ms":{},"stopped":{}}})",
      json_string_or_null(holder.label), json_string_or_null(holder.cwd),
      number_or_null(holder.pid, 0), holder.held_ms,
      boolean_or_null(holder.stopped));
}

std::string fifo_json(const FifoEngine::View& view) {
  const Fifo& fifo = view.fifo;
  const Timeouts& timeouts = fifo.config.timeouts;
  return fmt::format(
      R"({{"uuid":"{}","name":{},"slots":{},"held":{},"waiting":{},)"
      R"("fence":{},"timeouts":{{"wait":"{}","accept":"{}","done":"{}",)"
      R"("unused_destroy":"{}"}},"allow_overrides":{},"created_at":"{}",)"
      R"("holder":{}}})",
      fifo.uuid.text(), json_string_or_null(fifo.name), fifo.config.slots,
      fifo.held, fifo.waiting(), fifo.fence, format_duration(timeouts.wait),
      format_duration(timeouts.accept), format_duration(timeouts.done),
      format_duration(fifo.config.unused_destroy), fifo.config.allow_overrides,
      timestamp(fifo.created),
      view.holder ? holder_json(*view.holder) : "null");
}

std::string ticket_json(const FifoEngine::TicketView& view, Instant now) {
  const Ticket& ticket = view.ticket;
  bool accepted = ticket.state == TicketState::kAccepted;
  return fmt::format(
      R"({{"ticket":"{}","state":"{}","place":{},"slot":{},"fence":{},)"
      R"("age_ms":{},"state_ms":{},"deadline_ms":{},"label":{},"pid":{},)"
      R"("cwd":{},"attached":{},"stopped":{}}})",
      ticket.uuid.text(), state_name(ticket.state), view.position,
      number_or_null(ticket.slot, -1),
      accepted ? fmt::to_string(ticket.fence) : "null",
      millis(now - ticket.created), millis(now - ticket.since),
      ticket.deadline ? fmt::to_string(millis(*ticket.deadline - now)) : "null",
      json_string_or_null(ticket.label),
      number_or_null(process_of(ticket).pid, 0),
      json_string_or_null(ticket.cwd), view.attached,
      boolean_or_null(view.stopped));
}

}  // namespace syncq
