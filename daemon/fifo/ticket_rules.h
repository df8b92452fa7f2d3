#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/patience.h"
#include "common/result.h"
#include "daemon/commit/notifier.h"
#include "daemon/fifo/fifo_types.h"

namespace syncq {

// What can be said of a ticket by itself.

// How long ended tickets are remembered, and how many at the most: past that
// the oldest are forgotten first.
inline constexpr Duration kRememberEnded = std::chrono::hours(1);
inline constexpr std::int64_t kMaxRemembered = 1'000'000;
// How many turns that have ended a FIFO's history keeps, and all together: past
// that the oldest are forgotten first, those of the last hour excepted.
inline constexpr int kHistoryOfFifo = 1000;
inline constexpr std::int64_t kHistory = 100'000;
// Minimum grace after a restart if the ticket has no accept_timeout, and for a
// turn of hold whose holder is away.
inline const Duration kMinReattachGrace = grace(std::chrono::minutes(1));

Granted granted_of(const Ticket& ticket);
// Of one that is to stand before all who wait, of whom this is the first.
std::int64_t rank_before(const std::optional<Ticket>& first);
// "10/s", "none".
std::string rate_text(const Rate& rate);
// Its turn has its slots, in the counts of `fifo`; and no more.
void hold_slots(Fifo& fifo, const Ticket& turn);
void release_slots(Fifo& fifo, const Ticket& turn);
// "done", "cancelled" and so on.
std::string_view end_name(TicketEnd end);
// Whether it ended so long ago that calls no longer know it.
bool is_forgotten(const Ticket& ticket, Instant now);
// The refusal to a caller that names a ticket that has ended.
Refusal ended_refusal(const Ticket& ticket);

}  // namespace syncq
