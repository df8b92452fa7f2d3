#include "tests/sim/overview.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

namespace syncq::sim {
namespace {

using nlohmann::json;

constexpr std::array kStates = {"waiting", "ready", "accepted", "ended"};
constexpr std::string_view kFifo =
    "slots {} {} held {} taken {} waiting {} paused {}";
constexpr std::string_view kTicket =
    "{} place {} takes {} slots {} {} fence {} pid {}";
constexpr std::string_view kQueue =
    "size {} leased {} delayed {} blocked {} paused {} in {} out {}";

std::int64_t number(const json& object, const char* key) {
  const json& value = object.at(key);
  return value.is_null() ? -1 : value.get<std::int64_t>();
}

std::string text(const json& object, const char* key) {
  const json& value = object.at(key);
  return value.is_null() ? "" : value.get<std::string>();
}

std::string describe(const ModelTicket& ticket, std::size_t place) {
  const Process& process =
      ticket.command.pid != 0 ? ticket.command : ticket.owner;
  bool accepted = ticket.state == TicketState::kAccepted;
  return fmt::format(
      kTicket, kStates[static_cast<std::size_t>(ticket.state)], place,
      ticket.take, json(ticket.slots).dump(), json(ticket.slot_names).dump(),
      accepted ? ticket.fence : -1, process.pid == 0 ? -1 : process.pid);
}

std::string describe(const ModelQueue& queue) {
  auto leased =
      std::count_if(queue.hidden.begin(), queue.hidden.end(),
                    [](const auto& hidden) { return hidden.lease != 0; });
  auto blocked =
      std::count_if(queue.hidden.begin(), queue.hidden.end(),
                    [](const auto& hidden) { return hidden.blocked; });
  auto stored =
      static_cast<std::int64_t>(queue.ready.size() + queue.hidden.size());
  return fmt::format(
      kQueue, queue.ready.size(), leased,
      static_cast<std::int64_t>(queue.hidden.size()) - leased - blocked,
      blocked, queue.paused, queue.next_place, queue.next_place - stored);
}

bool may_be(const Names& names, Id id, const std::string& uuid) {
  return !names.knows(id) || names.of(id) == uuid;
}

}  // namespace

View::View(const Stored& stored) {
  for (const ModelFifo& fifo : stored.fifos) {
    std::vector<const ModelTicket*> held;
    std::vector<const ModelTicket*> waiting;
    std::set<int> taken;
    for (const ModelTicket& each : stored.tickets) {
      if (each.fifo != fifo.id || !each.live()) continue;
      (each.held() ? held : waiting).push_back(&each);
      taken.insert(each.slots.begin(), each.slots.end());
    }
    std::stable_sort(waiting.begin(), waiting.end(),
                     [](auto* a, auto* b) { return a->rank < b->rank; });
    Item item{fifo.id,
              fifo.name,
              fmt::format(kFifo, fifo.config.slots,
                          json(fifo.config.slot_names).dump(), held.size(),
                          taken.size(), waiting.size(), fifo.paused),
              held.size(),
              {}};
    for (const ModelTicket* each : held) {
      item.tickets.push_back({each->id, describe(*each, 0)});
    }
    std::size_t place = 0;
    for (const ModelTicket* each : waiting) {
      item.tickets.push_back({each->id, describe(*each, ++place)});
    }
    fifos_.push_back(std::move(item));
  }
  for (const ModelQueue& queue : stored.queues) {
    queues_.push_back({queue.id, queue.config.name, describe(queue), 0, {}});
  }
}

Told::Told(const json& overview) {
  for (const json& fifo : overview.at("fifos")) {
    Item item{
        text(fifo, "uuid"),
        text(fifo, "name"),
        fmt::format(kFifo, number(fifo, "slots"), fifo.at("slot_names").dump(),
                    number(fifo, "held"), number(fifo, "slots_taken"),
                    number(fifo, "waiting"), fifo.at("paused").get<bool>()),
        {}};
    for (const json& ticket : fifo.at("tickets")) {
      item.tickets.emplace_back(
          text(ticket, "ticket"),
          fmt::format(kTicket, text(ticket, "state"), number(ticket, "place"),
                      number(ticket, "take"), ticket.at("slots").dump(),
                      ticket.at("slot_names").dump(), number(ticket, "fence"),
                      number(ticket, "pid")));
    }
    fifos_.push_back(std::move(item));
  }
  for (const json& queue : overview.at("queues")) {
    queues_.push_back(
        {text(queue, "id"),
         text(queue, "name"),
         fmt::format(kQueue, number(queue, "size"), number(queue, "leased"),
                     number(queue, "delayed"), number(queue, "blocked"),
                     queue.at("paused").get<bool>(), number(queue, "in"),
                     number(queue, "out")),
         {}});
  }
}

bool Told::same(const Item& item, const View::Item& seen, const Wanted& wanted,
                const Names& names) {
  bool alike = item.name == seen.name && item.text == seen.text &&
               may_be(names, seen.id, item.uuid);
  std::size_t all =
      std::min(seen.tickets.size(),
               seen.held + static_cast<std::size_t>(wanted.waiting));
  if (!alike || item.tickets.size() != all) return false;
  for (std::size_t i = 0; i < all; ++i) {
    const auto& [uuid, ticket] = item.tickets[i];
    if (ticket != seen.tickets[i].text) return false;
    if (!may_be(names, seen.tickets[i].id, uuid)) return false;
  }
  return true;
}

std::string Told::compare(const std::vector<Item>& items,
                          std::span<const View> views,
                          std::vector<View::Item> View::*of,
                          const Wanted& wanted, const Names& names) {
  for (const Item& item : items) {
    bool seen = std::any_of(views.begin(), views.end(), [&](const View& view) {
      const auto& there = view.*of;
      return std::any_of(there.begin(), there.end(), [&](const auto& each) {
        return same(item, each, wanted, names);
      });
    });
    if (seen) continue;
    std::string told =
        fmt::format("'{}' {} {}", item.name, item.uuid, item.text);
    for (const auto& [uuid, ticket] : item.tickets) {
      told += fmt::format("\n    {} {}", uuid, ticket);
    }
    for (const View::Item& each : views.back().*of) {
      if (each.name != item.name) continue;
      told += fmt::format("\n  not\n    '{}' {} {}", each.name,
                          names.of(each.id), each.text);
      for (const View::Ticket& ticket : each.tickets) {
        told += fmt::format("\n    {} {}", names.of(ticket.id), ticket.text);
      }
    }
    return told;
  }
  for (const View::Item& each : views.back().*of) {
    if (!wanted.only.empty() && each.name != wanted.only) continue;
    auto is_it = [&](const Item& item) {
      return item.name == each.name && may_be(names, each.id, item.uuid);
    };
    auto has_it = [&](const View& view) {
      return std::any_of(
          (view.*of).begin(), (view.*of).end(),
          [&](const auto& other) { return other.id == each.id; });
    };
    if (std::any_of(items.begin(), items.end(), is_it)) continue;
    if (!std::all_of(views.begin(), views.end(), has_it)) continue;
    return fmt::format("nothing of '{}' {}", each.name, each.text);
  }
  return "";
}

std::string Told::fault(std::span<const View> views, const Wanted& wanted,
                        const Names& names) const {
  std::string found = compare(fifos_, views, &View::fifos_, wanted, names);
  if (!found.empty()) return found;
  return compare(queues_, views, &View::queues_, wanted, names);
}

}  // namespace syncq::sim
