// What people do to a line from outside.

#include "daemon/fifo/fifo_engine.h"

namespace syncq {

Result<> FifoEngine::pause(std::string_view name, bool paused, Instant now) {
  Result<Fifo> fifo = find(name);
  if (!fifo) return fifo.refusal();
  if (fifo->paused == paused) return Nothing{};
  fifo->paused = paused;
  store_.configure_fifo(*fifo);
  events_.push_back(FifoPaused{called(*fifo), paused});
  promote(*fifo, now);
  save(*fifo, now);
  return Nothing{};
}

}  // namespace syncq
