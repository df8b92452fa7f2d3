#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"
#include "daemon/fifo/fifo_types.h"

namespace syncq {

struct TicketTerms;

// Which slots a turn has, and how many a ticket may ask for.

// Gives it the lowest slots that none of `held` has, as many as it takes, with
// their names, if they have any.
void give_free_slots(Ticket& ticket, const std::vector<Ticket>& held,
                     const std::vector<std::string>& names);

// "2 slots", "slots cuda0,cuda1".
std::string describe_slots(int slots, const std::vector<std::string>& names);

// Refuses names of which one is that of a slot of `held` with another number.
Result<> check_held_names(const std::vector<std::string>& names,
                          const std::vector<Ticket>& held);

// "1,4", and back: what is no number is left out.
std::string slots_text(const std::vector<int>& slots);
std::string names_text(const std::vector<std::string>& names);
std::vector<int> read_slots(std::string_view text);

// Refuses a ticket that could never have its turn in a FIFO with so many slots.
Result<> check_take(const TicketTerms& terms, std::string_view fifo, int slots);

}  // namespace syncq
