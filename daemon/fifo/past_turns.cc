#include "daemon/fifo/past_turns.h"

#include <algorithm>
#include <utility>

namespace syncq {
namespace {

// Past that many FIFOs all are read anew.
constexpr std::size_t kMostKnown = 256;

PastTurn past(const Ticket& turn) {
  return {turn.label, turn.since - *turn.granted, turn.seq};
}

}  // namespace

const std::deque<PastTurn>& PastTurns::of(std::int64_t fifo) {
  auto known = known_.find(fifo);
  if (known != known_.end()) return known->second;
  std::deque<PastTurn> turns = store_.past_turns(fifo, kPastTurns);
  if (known_.size() == kMostKnown) known_.clear();
  return known_[fifo] = std::move(turns);
}

std::optional<Duration> PastTurns::expected_run(const Ticket& ticket) {
  return syncq::expected_run(ticket.label, of(ticket.fifo));
}

std::optional<Forecast> PastTurns::forecast(const Fifo& fifo,
                                            const std::vector<Ticket>& held,
                                            Instant now) {
  // With too few turns there is no estimate for any label.
  if (fifo.paused || of(fifo.id).size() < kLeastForEstimate) {
    return std::nullopt;
  }
  std::vector<Instant> ends;
  std::optional<Instant> last_shared;
  for (const Ticket& ticket : held) {
    Instant end = ticket.since + *expected_run(ticket);
    if (!ticket.shared) {
      ends.insert(ends.end(), static_cast<std::size_t>(ticket.take), end);
    } else {
      last_shared = std::max(last_shared.value_or(end), end);
    }
  }
  if (last_shared) ends.push_back(*last_shared);
  Forecast forecast(std::move(ends), fifo.config.slots, now);
  if (const Rate& rate = fifo.config.rate) {
    forecast.space(rate_.next(fifo, now).value_or(now), rate.interval());
  }
  return forecast;
}

std::vector<std::int64_t> PastTurns::drawn(std::int64_t fifo,
                                           const std::vector<Ticket>& held) {
  std::vector<std::int64_t> drawn;
  for (const PastTurn& turn : of(fifo)) drawn.push_back(turn.ticket);
  for (const Ticket& ticket : held) drawn.push_back(ticket.seq);
  std::sort(drawn.begin(), drawn.end());
  return drawn;
}

void PastTurns::ended(const Ticket& turn) {
  auto known = known_.find(turn.fifo);
  if (known == known_.end()) return;
  known->second.push_front(past(turn));
  if (known->second.size() > kPastTurns) known->second.pop_back();
}

}  // namespace syncq
