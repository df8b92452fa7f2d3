#include "daemon/fifo/population.h"

#include <fmt/format.h>

namespace syncq {

void Population::recount(FifoStore& store) {
  now_ = kept_ = {store.count_fifos(), store.count_live()};
}

Result<> Population::room_for_fifos(std::int64_t more) const {
  if (now_.fifos + more <= kMaxFifos) return Nothing{};
  return Refusal{ErrorCode::kAtCapacity,
                 fmt::format("there are {} FIFOs, the most there may be: "
                             "destroy those you no longer need, or give them "
                             "a shorter unused_destroy_timeout",
                             now_.fifos)};
}

Result<> Population::room_for_ticket(const Fifo& fifo) const {
  if (fifo.live >= kMaxLiveOfFifo) {
    return Refusal{ErrorCode::kAtCapacity,
                   fmt::format("FIFO {} has {} tickets that have not ended, "
                               "the most it may have: end some of them, or "
                               "come again later",
                               fifo.called(), fifo.live)};
  }
  if (now_.live < kMaxLive) return Nothing{};
  return Refusal{ErrorCode::kAtCapacity,
                 fmt::format("all FIFOs together have {} tickets that have "
                             "not ended, the most there may be: end some of "
                             "them, or come again later",
                             now_.live)};
}

}  // namespace syncq
