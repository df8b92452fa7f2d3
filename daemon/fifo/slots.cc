#include "daemon/fifo/slots.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <bitset>
#include <cassert>
#include <charconv>

#include "daemon/fifo/fifo_engine.h"

namespace syncq {
namespace {

// There may have been more slots once than there are.
using Slots = std::bitset<kMaxSlots>;

Slots slots_of(const std::vector<Ticket>& held) {
  Slots taken;
  for (const Ticket& each : held) {
    assert(each.shared || !taken[static_cast<std::size_t>(each.slot)]);
    taken.set(static_cast<std::size_t>(each.slot));
    for (int slot : each.more_slots) {
      assert(!taken[static_cast<std::size_t>(slot)]);
      taken.set(static_cast<std::size_t>(slot));
    }
  }
  return taken;
}

}  // namespace

void give_free_slots(Ticket& ticket, const std::vector<Ticket>& held) {
  const Slots taken = slots_of(held);
  int slot = 0;
  auto next = [&] {
    while (taken[static_cast<std::size_t>(slot)]) ++slot;
    return slot++;
  };
  ticket.slot = next();
  for (int more = 1; more < ticket.take; ++more) {
    ticket.more_slots.push_back(next());
  }
}

std::string slots_text(const std::vector<int>& slots) {
  if (slots.empty()) return {};
  return fmt::format("{}", fmt::join(slots, ","));
}

std::vector<int> read_slots(std::string_view text) {
  std::vector<int> slots;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(','), text.size());
    int slot = 0;
    auto [rest, fault] = std::from_chars(text.data(), text.data() + end, slot);
    if (fault == std::errc()) slots.push_back(slot);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return slots;
}

Result<> check_take(const TicketTerms& terms, std::string_view fifo,
                    int slots) {
  if (terms.shared && terms.take > 1) {
    return Refusal{ErrorCode::kBadRequest,
                   "shared tickets have one slot together, and can't take "
                   "several: leave shared or take out"};
  }
  if (terms.take <= slots) return Nothing{};
  return Refusal{
      ErrorCode::kTooFewSlots,
      fmt::format("FIFO {} has {} slot{}, too few to take {}: take "
                  "fewer, or give it more, a new one with slots=N "
                  "and one that is there with /fifo/{}/set",
                  fifo, slots, slots == 1 ? "" : "s", terms.take, fifo)};
}

}  // namespace syncq
