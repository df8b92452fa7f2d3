#include "daemon/fifo/turn_rate.h"

namespace syncq {

Instant TurnRate::due(const Fifo& fifo) const {
  auto last = last_.find(fifo.id);
  if (last == last_.end()) return Instant::min();
  return last->second + fifo.config.rate.interval();
}

std::optional<Instant> TurnRate::find_next(const Fifo& fifo,
                                           Instant now) const {
  Instant next = due(fifo);
  return next > now ? std::optional(next) : std::nullopt;
}

void TurnRate::put(std::int64_t fifo, std::optional<Instant> last) {
  auto node = last_.extract(fifo);
  if (last) last_.emplace(fifo, *last);
  std::optional<Instant> old;
  if (node) old = node.mapped();
  undo_.push([this, fifo, old] {
    last_.erase(fifo);
    if (old) last_.emplace(fifo, *old);
  });
}

void TurnRate::forget(std::int64_t fifo) {
  if (last_.contains(fifo)) put(fifo, std::nullopt);
}

}  // namespace syncq
