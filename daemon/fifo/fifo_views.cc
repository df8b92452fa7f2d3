// What the engine shows of FIFOs and tickets.

#include <algorithm>

#include "daemon/fifo/fifo_engine.h"

namespace syncq {
namespace {

// Of how many FIFOs in one slice of a list the past turns are read.
constexpr int kMostEstimates = 20;

}  // namespace

// `looked`: at how many others before.
FifoEngine::View FifoEngine::view_of(Fifo fifo, int looked, Instant now) {
  View view{std::move(fifo), std::nullopt};
  if (view.fifo.held == 0) return view;
  Ticket holder = store_.held_tickets(view.fifo.id).front();
  view.holder = describe_holder(holder, now);
  if (looked < kMostLooks) {
    view.holder->stopped = stopped_process(processes_, holder);
  }
  if (looked < kMostEstimates) {
    view.holder->expected_run = past_turns_.expected_run(holder);
  }
  return view;
}

std::vector<FifoEngine::View> FifoEngine::list(std::int64_t after, int limit,
                                               Instant now) {
  std::vector<View> views;
  int looked = 0;
  for (Fifo& fifo : store_.list_fifos(after, limit)) {
    bool held = fifo.held > 0;
    views.push_back(view_of(std::move(fifo), looked, now));
    if (held) ++looked;
  }
  return views;
}

Result<FifoEngine::View> FifoEngine::show(std::string_view name, Instant now) {
  Result<Fifo> fifo = find(name);
  if (!fifo) return fifo.refusal();
  return view_of(*fifo, 0, now);
}

std::optional<FifoEngine::InUse> FifoEngine::next_in_use(std::int64_t after) {
  std::optional<std::int64_t> id = store_.next_in_use(after);
  if (!id) return std::nullopt;
  return InUse{*id, store_.find_fifo(*id)};
}

std::vector<FifoEngine::TicketView> FifoEngine::live_tickets(const Fifo& fifo,
                                                             int limit,
                                                             Instant now,
                                                             int looks) {
  std::vector<TicketView> views;
  std::vector<Ticket> held = store_.held_tickets(fifo.id);
  std::optional<Forecast> forecast = past_turns_.forecast(fifo, held, now);
  std::vector<std::int64_t> drawn = past_turns_.drawn(fifo.id, held);
  auto with = [&](const Ticket& ticket) {
    return looks > 0 ? names_with(ticket) : std::vector<std::string>();
  };
  for (Ticket& ticket : held) {
    bool attached = parked_.any_of_ticket(ticket.seq);
    auto others = with(ticket);
    std::optional<bool> stopped;
    if (looks-- > 0) stopped = stopped_process(processes_, ticket);
    auto run = past_turns_.expected_run(ticket);
    views.push_back({std::move(ticket), 0, 0, attached, stopped, run, {}});
    views.back().with = std::move(others);
  }
  std::int64_t position = 0;
  int left = limit - static_cast<int>(views.size());
  for (Ticket& ticket :
       store_.waiting_tickets(fifo.id, {}, std::max(left, 0))) {
    bool attached = parked_.any_of_ticket(ticket.seq);
    auto others = with(ticket);
    std::optional<bool> stopped;
    if (looks-- > 0) stopped = is_stopped(ticket);
    std::optional<Duration> wait;
    if (forecast) {
      auto run = past_turns_.expected_run(ticket);
      wait = forecast->next(*run, ticket.shared, ticket.take) - now;
    }
    auto later = std::upper_bound(drawn.begin(), drawn.end(), ticket.seq);
    auto passed = static_cast<int>(drawn.end() - later);
    auto settled = settles_until(ticket.seq, now);
    views.push_back(
        {std::move(ticket), ++position, passed, attached, stopped, {}, wait});
    if (settled) views.back().settles = *settled - now;
    views.back().with = std::move(others);
  }
  return views;
}

}  // namespace syncq
