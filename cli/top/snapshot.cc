#include "cli/top/snapshot.h"

#include <nlohmann/json.hpp>

#include "cli/client/json_fields.h"
#include "cli/client/ticket_text.h"

namespace syncq {
namespace {

std::int64_t number(const nlohmann::json& object, const char* key) {
  const nlohmann::json& value = field_of(object, key);
  return value.is_number_integer() ? value.get<std::int64_t>() : 0;
}

std::optional<double> rate(const nlohmann::json& object, const char* key) {
  const nlohmann::json& value = field_of(object, key);
  if (!value.is_number()) return std::nullopt;
  return value.get<double>();
}

bool flag(const nlohmann::json& object, const char* key) {
  return field_text(object, key) == "true";
}

Duration time(const nlohmann::json& object, const char* key) {
  return field_duration(object, key).value_or(Duration::zero());
}

TopTicket read_ticket(const nlohmann::json& ticket) {
  std::string state = field_text(ticket, "state");
  TopTicket read;
  read.id = field_text(ticket, "ticket");
  read.label = field_text(ticket, "label");
  read.cwd = field_text(ticket, "cwd");
  read.pid = field_text(ticket, "pid");
  read.place = number(ticket, "place");
  read.slots = slots_text(ticket);
  read.is_waiting = state == "waiting";
  read.is_ready = state == "ready";
  read.notes = ticket_notes(ticket);
  read.since = time(ticket, "state_ms");
  read.expected_run = field_duration(ticket, "expected_run_ms");
  read.expected_wait = field_duration(ticket, "expected_wait_ms");
  return read;
}

TopFifo read_fifo(const nlohmann::json& fifo, const nlohmann::json& tickets) {
  TopFifo read;
  read.id = field_text(fifo, "uuid");
  read.name = field_text(fifo, "name");
  if (read.name.empty()) read.name = read.id;
  read.slots = number(fifo, "slots");
  read.held = number(fifo, "held");
  read.taken = slots_taken(fifo);
  read.waiting = number(fifo, "waiting");
  read.fence = number(fifo, "fence");
  read.is_paused = flag(fifo, "paused");
  read.rate = field_text(fifo, "rate");
  for (const auto& each : tickets) read.tickets.push_back(read_ticket(each));
  return read;
}

TopQueue read_queue(const nlohmann::json& queue) {
  TopQueue read;
  read.id = field_text(queue, "id");
  read.name = field_text(queue, "name");
  read.dead_letter = field_text(queue, "dead_letter");
  read.ready = number(queue, "size");
  read.leased = number(queue, "leased");
  read.in_flight = number(queue, "in_flight");
  read.delayed = number(queue, "delayed");
  read.blocked = number(queue, "blocked");
  read.rate = field_text(queue, "rate");
  read.in = number(queue, "in");
  read.out = number(queue, "out");
  read.in_per_s = rate(queue, "in_per_s");
  read.out_per_s = rate(queue, "out_per_s");
  read.is_paused = flag(queue, "paused");
  return read;
}

}  // namespace

Snapshot read_snapshot(const nlohmann::json& overview) {
  Snapshot read;
  for (const auto& each : field_of(overview, "fifos")) {
    read.fifos.push_back(read_fifo(each, field_of(each, "tickets")));
  }
  for (const auto& each : field_of(overview, "queues")) {
    read.queues.push_back(read_queue(each));
  }
  const nlohmann::json& more = field_of(overview, "more");
  read.has_more = flag(more, "fifos") || flag(more, "queues");
  return read;
}

TopFifo read_fifo(const nlohmann::json& shown) {
  return read_fifo(field_of(shown, "fifo"), field_of(shown, "tickets"));
}

std::vector<TopTurn> read_turns(const nlohmann::json& history) {
  std::vector<TopTurn> turns;
  for (const auto& each : field_of(history, "turns")) {
    TopTurn turn;
    turn.id = field_text(each, "ticket");
    turn.fifo = field_text(each, "fifo");
    turn.label = field_text(each, "label");
    turn.end = end_text(each);
    turn.ended_at = field_text(each, "ended_at");
    turn.ran = time(each, "ran_ms");
    turn.waited = time(each, "waited_ms");
    turn.has_failed = !turn.end.empty() && turn.end != "exit 0";
    turns.push_back(std::move(turn));
  }
  return turns;
}

std::vector<TopMessage> read_messages(const nlohmann::json& messages) {
  std::vector<TopMessage> read;
  for (const auto& each : field_of(messages, "messages")) {
    const nlohmann::json& text = field_of(each, "text");
    read.push_back({field_text(each, "id"), field_age(each, "age_ms"),
                    field_text(each, "attempts"), field_text(each, "size"),
                    field_text(each, "group"),
                    text.is_string() ? text.get<std::string>() : "(binary)"});
  }
  return read;
}

}  // namespace syncq
