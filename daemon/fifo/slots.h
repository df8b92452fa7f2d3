#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"
#include "daemon/fifo/fifo_types.h"

namespace syncq {

struct TicketTerms;

// Which slots a turn has, and how many a ticket may ask for.

// Gives it the lowest slots that none of `held` has, as many as it takes.
void give_free_slots(Ticket& ticket, const std::vector<Ticket>& held);

// "1,4", and back: what is no number is left out.
std::string slots_text(const std::vector<int>& slots);
std::vector<int> read_slots(std::string_view text);

// Refuses a ticket that could never have its turn in a FIFO with so many slots.
Result<> check_take(const TicketTerms& terms, std::string_view fifo, int slots);

}  // namespace syncq
