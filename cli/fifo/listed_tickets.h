#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/client/client.h"

namespace syncq {

// One that waits for its turn or has it, as `syncq fifo show` has it.
struct ListedTicket {
  std::string place;  // "0" with a turn
  std::string slots;  // "0", "0,1,4"; "" without one
  std::string ticket;
  std::string label;  // "" for none
};

// Those who wait in a FIFO, in order; not all of a line of over a thousand.
// Throws Failure, which begins with `doing`.
std::vector<ListedTicket> waiting_tickets(Client& client,
                                          const std::string& fifo,
                                          std::string_view doing);

// Those who have their turn, or could take it.
std::vector<ListedTicket> held_tickets(Client& client, const std::string& fifo,
                                       std::string_view doing);

// The UUID of the ticket that is meant by `which`: its place, or the UUID
// itself. Throws Failure if nobody stands there.
std::string ticket_named(Client& client, const std::string& fifo,
                         const std::string& which, std::string_view doing);

}  // namespace syncq
