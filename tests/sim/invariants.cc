// What must hold whatever the model says.

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "tests/sim/world.h"

namespace syncq::sim {

// No process is sent what nobody has asked for.
void World::check_signals() {
  auto sent = std::exchange(machine_.processes.signals, {});
  auto wanted = model_.take_signals();
  std::sort(sent.begin(), sent.end());
  std::sort(wanted.begin(), wanted.end());
  if (sent == wanted) return;
  auto text = [](const auto& signals) {
    std::string all;
    for (auto [pid, number] : signals)
      all += fmt::format(" {}:{}", pid, number);
    return all;
  };
  throw Broken{fmt::format("the signals (pid:number){} were sent, not{}",
                           text(sent), text(wanted))};
}

// A slot is held by one ticket, or by shared ones, all of them in this one.
void World::check_exclusion() {
  std::map<std::pair<Id, int>, const ModelTicket*> holders;
  std::map<Id, int> of_shared;
  for (const ModelTicket& each : model_.stored().tickets) {
    if (!each.held()) continue;
    for (int slot : each.slots) {
      auto [there, is_first] = holders.try_emplace({each.fifo, slot}, &each);
      bool apart = is_first || (each.shared && there->second->shared);
      bool together =
          !each.shared ||
          of_shared.try_emplace(each.fifo, slot).first->second == slot;
      if (apart && together) continue;
      throw Broken{fmt::format("tickets {} and {} share slot {}, or should",
                               names_.of(each.id), names_.of(there->second->id),
                               slot)};
    }
  }
}

// Of tickets that were drawn together all wait, at places of one rank, or none
// does; and no line forgets those whose turns could come.
void World::check_several() {
  std::map<int, const ModelTicket*> firsts;
  for (const ModelTicket& each : model_.stored().tickets) {
    if (each.group == 0 || !each.live()) continue;
    const ModelTicket& first =
        *firsts.try_emplace(each.group, &each).first->second;
    bool alike = (first.state == TicketState::kWaiting) ==
                     (each.state == TicketState::kWaiting) &&
                 first.rank == each.rank;
    if (alike) continue;
    throw Broken{
        fmt::format("tickets {} and {} were drawn together, and are "
                    "apart",
                    names_.of(first.id), names_.of(each.id))};
  }
  if (stopping_) return;
  if (auto ticket = model_.forgotten_group()) {
    throw Broken{
        fmt::format("all turns of ticket {} are free, and nothing "
                    "gives them",
                    names_.of(*ticket))};
  }
}

}  // namespace syncq::sim
