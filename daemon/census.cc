#include "daemon/census.h"

#include "daemon/http/long_answer.h"

namespace syncq {

bool Census::step() {
  std::vector<Fifo> fifos = fifos_.list_fifos(fifo_, kSlice);
  for (const Fifo& fifo : fifos) {
    ++totals_.fifos;
    if (fifo.paused) ++totals_.paused;
    totals_.live += fifo.live;
    totals_.held += fifo.held;
    fifo_ = fifo.id;
  }
  if (fifos.size() == kSlice) return true;
  std::vector<Queue> queues = queues_.list(queue_, kSlice);
  for (const Queue& queue : queues) {
    ++totals_.queues;
    totals_.messages += queue.size;
    totals_.leased += queue.leased;
    totals_.delayed += queue.delayed;
    totals_.blocked += queue.blocked;
    if (queue.config.ephemeral) totals_.ephemeral_messages += queue.stored();
    queue_ = queue.rank();
  }
  return queues.size() == kSlice;
}

bool keeps_anything(FifoStore& fifos, QueueEngine& queues) {
  Census census(fifos, queues);
  bool more = true;
  while (more) {
    more = census.step();
    const Totals& totals = census.totals();
    if (totals.live + totals.ephemeral_messages + totals.leased > 0)
      return true;
  }
  return false;
}

}  // namespace syncq
