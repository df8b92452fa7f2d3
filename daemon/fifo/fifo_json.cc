#include "daemon/fifo/fifo_json.h"

#include <fmt/format.h>
#include <sys/wait.h>

#include <algorithm>

#include "common/duration.h"
#include "common/signal_names.h"
#include "daemon/fifo/slots.h"
#include "daemon/http/json_text.h"

namespace syncq {
namespace {

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

// None for what stands for it.
std::optional<std::int64_t> unless(std::int64_t number, std::int64_t none) {
  return number == none ? std::nullopt : std::optional(number);
}

}  // namespace

std::int64_t whole_millis(Duration duration) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::max(duration, Duration::zero()))
      .count();
}

std::optional<std::int64_t> whole_millis(std::optional<Duration> duration) {
  return duration ? std::optional(whole_millis(*duration)) : std::nullopt;
}

void add_status(JsonObject& json, std::optional<int> status) {
  std::optional<int> exit_status;
  std::string signal;
  if (status && WIFEXITED(*status)) {
    exit_status = WEXITSTATUS(*status);
  } else if (status) {
    signal = signal_name(WTERMSIG(*status));
  }
  json.add("exit_status", exit_status).add_or_null("signal", signal);
}

// No name has a character that would be escaped.
std::string names_json(const std::vector<std::string>& names) {
  std::string json = "[";
  for (const std::string& name : names) {
    json += fmt::format("{}\"{}\"", json.size() > 1 ? "," : "", name);
  }
  return json + "]";
}

std::string slots_json(int slot, const std::vector<int>& more) {
  if (slot < 0) return "[]";
  return fmt::format("[{}{}{}]", slot, more.empty() ? "" : ",",
                     slots_text(more));
}

void add_slots(JsonObject& json, const Granted& granted) {
  json.add("slot", granted.slot);
  if (!granted.more_slots.empty()) {
    json.add_raw("slots", slots_json(granted.slot, granted.more_slots));
  }
  if (!granted.slot_names.empty()) {
    json.add_raw("slot_names", names_json(granted.slot_names));
  }
}

std::string grant_json(const Granted& granted) {
  JsonObject json;
  json.add("ticket", granted.ticket.text()).add("fence", granted.fence);
  add_slots(json, granted);
  return json.line();
}

std::string holder_json(const Holder& holder) {
  return JsonObject()
      .add_or_null("label", holder.label)
      .add_or_null("cwd", holder.cwd)
      .add("pid", unless(holder.pid, 0))
      .add("held_ms", holder.held_ms)
      .add("expected_run_ms", whole_millis(holder.expected_run))
      .add("stopped", holder.stopped)
      .text();
}

std::string fifo_json(const FifoEngine::View& view) {
  const Fifo& fifo = view.fifo;
  const FifoConfig& config = fifo.config;
  JsonObject timeouts;
  timeouts.add("wait", format_duration(config.timeouts.wait))
      .add("accept", format_duration(config.timeouts.accept))
      .add("done", format_duration(config.timeouts.done))
      .add("unused_destroy", format_duration(config.unused_destroy));
  return JsonObject()
      .add("uuid", fifo.uuid.text())
      .add_or_null("name", fifo.name)
      .add("slots", config.slots)
      .add_raw("slot_names", names_json(config.slot_names))
      .add_or_null("rate", format_rate(config.rate))
      .add("held", fifo.held)
      .add("slots_taken", fifo.slots_taken())
      .add("waiting", fifo.waiting())
      .add("paused", fifo.paused)
      .add("fence", fifo.fence)
      .add("timeouts", timeouts)
      .add("allow_overrides", config.allow_overrides)
      .add("created_at", timestamp(fifo.created))
      .add_raw("holder", view.holder ? holder_json(*view.holder) : "null")
      .text();
}

std::string ticket_json(const FifoEngine::TicketView& view, Instant now) {
  const Ticket& ticket = view.ticket;
  std::optional<std::int64_t> fence;
  if (ticket.state == TicketState::kAccepted) fence = ticket.fence;
  std::optional<Duration> deadline;
  if (ticket.deadline) deadline = *ticket.deadline - now;
  return JsonObject()
      .add("ticket", ticket.uuid.text())
      .add("state", state_name(ticket.state))
      .add("place", view.position)
      .add("priority", ticket.priority())
      .add("passed", view.passed)
      .add("shared", ticket.shared)
      .add("take", ticket.take)
      .add("slot", unless(ticket.slot, -1))
      .add_raw("slots", slots_json(ticket.slot, ticket.more_slots))
      .add_raw("slot_names", names_json(ticket.slot_names))
      .add_raw("with", names_json(view.with))
      .add("fence", fence)
      .add("age_ms", whole_millis(now - ticket.created))
      .add("state_ms", whole_millis(now - ticket.since))
      .add("deadline_ms", whole_millis(deadline))
      .add("expected_run_ms", whole_millis(view.expected_run))
      .add("expected_wait_ms", whole_millis(view.expected_wait))
      .add("settles_ms", whole_millis(view.settles))
      .add_or_null("label", ticket.label)
      .add("pid", unless(process_of(ticket).pid, 0))
      .add_or_null("cwd", ticket.cwd)
      .add("attached", view.attached)
      .add("stopped", view.stopped)
      .text();
}

}  // namespace syncq
