#pragma once

#include <string>

#include "daemon/fifo/fifo_engine.h"
#include "daemon/http/json_text.h"

namespace syncq {

// The FIFO service's answers as JSON. Those that are whole answers end with a
// line end.
// A duration that is in the past or over is 0.
std::int64_t whole_millis(Duration duration);
// None for none.
std::optional<std::int64_t> whole_millis(std::optional<Duration> duration);

// "exit_status" and "signal" of a command, from wait(2); both null if nothing
// is known.
void add_status(JsonObject& json, std::optional<int> status);

std::string names_json(const std::vector<std::string>& names);
// All slots of a turn, the first one first; "[]" without one.
std::string slots_json(int slot, const std::vector<int>& more);
// The slots of a turn, with their names if they have any; one that has one slot
// only is told no list of them.
void add_slots(JsonObject& json, const Granted& granted);
std::string grant_json(const Granted& granted);
std::string fifo_json(const FifoEngine::View& view);
std::string ticket_json(const FifoEngine::TicketView& view, Instant now);
// {"label":...,"cwd":...,"pid":...,"held_ms":...,"expected_run_ms":...,...}
std::string holder_json(const Holder& holder);

}  // namespace syncq
