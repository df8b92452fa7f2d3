#include "cli/client/ticket_text.h"

#include "cli/client/json_fields.h"

namespace syncq {
namespace {

// Of one that waits: what moves it in the line.
std::string place_notes(const nlohmann::json& ticket) {
  std::string notes;
  auto priority = ticket.find("priority");
  if (priority != ticket.end() && priority->is_null()) {
    notes = ", moved to the front";
  } else if (field_text(ticket, "priority") != "0" &&
             priority != ticket.end()) {
    notes = ", priority " + field_text(ticket, "priority");
  }
  std::string passed = field_text(ticket, "passed");
  if (!passed.empty() && passed != "0") notes += ", passed by " + passed;
  std::string settles = field_age(ticket, "settles_ms");
  if (!settles.empty()) notes += ", settles in " + settles;
  return notes;
}

}  // namespace

std::string ticket_notes(const nlohmann::json& ticket) {
  std::string notes;
  if (field_text(ticket, "shared") == "true") notes = ", shared";
  std::string take = field_text(ticket, "take");
  if (!take.empty() && take != "1") notes += ", takes " + take;
  std::string with = field_text(ticket, "with");
  if (!with.empty()) notes += ", with " + with;
  if (field_text(ticket, "stopped") == "true") notes += ", stopped";
  if (field_text(ticket, "state") == "waiting") notes += place_notes(ticket);
  return notes;
}

std::string slots_text(const nlohmann::json& turn) {
  std::string slots = field_text(turn, "slot_names");
  if (slots.empty()) slots = field_text(turn, "slots");
  // Of one alone there need be no list.
  return slots.empty() ? field_text(turn, "slot") : slots;
}

std::string slots_words(const std::string& slots) {
  return (slots.find(',') == slots.npos ? "slot " : "slots ") + slots;
}

std::string slots_taken(const nlohmann::json& fifo) {
  std::string taken = field_text(fifo, "slots_taken");
  // A daemon that does not say so has no tickets that share one.
  return taken.empty() ? field_text(fifo, "held") : taken;
}

std::string end_text(const nlohmann::json& turn) {
  std::string end = field_text(turn, "end");
  if (end != "done") return end;
  std::string signal = field_text(turn, "signal");
  if (!signal.empty()) return "SIG" + signal;
  std::string status = field_text(turn, "exit_status");
  return status.empty() ? "" : "exit " + status;
}

}  // namespace syncq
