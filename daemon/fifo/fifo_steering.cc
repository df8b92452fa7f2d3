// What people do to a line from outside.

#include <fmt/format.h>

#include "common/duration.h"
#include "daemon/fifo/fifo_engine.h"

namespace syncq {

Result<> FifoEngine::pause(std::string_view name, bool paused, Instant now) {
  Result<Fifo> fifo = find(name);
  if (!fifo) return fifo.refusal();
  if (fifo->paused == paused) return Nothing{};
  fifo->paused = paused;
  store_.configure_fifo(*fifo);
  events_.push_back(
      FifoSteered{called(*fifo), paused ? "is paused" : "goes on"});
  promote(*fifo, now);
  save(*fifo, now);
  return Nothing{};
}

Result<> FifoEngine::set(std::string_view name, const NewFifo& wanted,
                         Instant now) {
  Result<Fifo> fifo = find(name);
  if (!fifo) return fifo.refusal();
  configure(fifo->config, wanted);
  store_.configure_fifo(*fifo);
  const FifoConfig& config = fifo->config;
  events_.push_back(FifoSteered{
      called(*fifo),
      fmt::format("was set: slots {}, wait {}, accept {}, done {}, unused "
                  "destroy {}",
                  config.slots, format_duration(config.timeouts.wait),
                  format_duration(config.timeouts.accept),
                  format_duration(config.timeouts.done),
                  format_duration(config.unused_destroy))});
  promote(*fifo, now);
  save(*fifo, now);
  return Nothing{};
}

}  // namespace syncq
