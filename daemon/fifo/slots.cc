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

std::vector<int> all_slots(const Ticket& ticket) {
  std::vector<int> slots = ticket.more_slots;
  slots.insert(slots.begin(), ticket.slot);
  return slots;
}

}  // namespace

void give_free_slots(Ticket& ticket, const std::vector<Ticket>& held,
                     const std::vector<std::string>& names) {
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
  if (names.empty()) return;
  for (int each : all_slots(ticket)) {
    ticket.slot_names.push_back(names.at(static_cast<std::size_t>(each)));
  }
}

std::string describe_slots(int slots, const std::vector<std::string>& names) {
  if (!names.empty()) return "slots " + names_text(names);
  return fmt::format("{} slot{}", slots, slots == 1 ? "" : "s");
}

Result<> check_held_names(const std::vector<std::string>& names,
                          const std::vector<Ticket>& held) {
  for (const Ticket& ticket : held) {
    const std::vector<int> slots = all_slots(ticket);
    const std::size_t count = std::min(slots.size(), ticket.slot_names.size());
    for (std::size_t i = 0; i < count; ++i) {
      auto found = std::find(names.begin(), names.end(), ticket.slot_names[i]);
      if (found == names.end() || found - names.begin() == slots[i]) continue;
      return Refusal{
          ErrorCode::kConflict,
          fmt::format("slot {} is held, at place {} of the list: leave it "
                      "there, or out, until its turn has ended",
                      *found, slots[i] + 1)};
    }
  }
  return Nothing{};
}

std::string slots_text(const std::vector<int>& slots) {
  if (slots.empty()) return {};
  return fmt::format("{}", fmt::join(slots, ","));
}

std::string names_text(const std::vector<std::string>& names) {
  if (names.empty()) return {};
  return fmt::format("{}", fmt::join(names, ","));
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
      fmt::format("FIFO {} has {}, too few to take {}: take fewer, or give it "
                  "more, a new one with slots=N and one that is there with "
                  "/fifo/{}/set",
                  fifo, describe_slots(slots, {}), terms.take, fifo)};
}

}  // namespace syncq
