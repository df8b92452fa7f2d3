#pragma once

#include "daemon/fifo/fifo_store.h"
#include "daemon/queue/queue_engine.h"

namespace syncq {

struct Totals {
  std::int64_t fifos = 0;
  std::int64_t paused = 0;  // of these
  std::int64_t live = 0;    // tickets
  std::int64_t held = 0;    // of these
  std::int64_t queues = 0;
  std::int64_t messages = 0;  // that can be read
  std::int64_t ephemeral_messages = 0;
  std::int64_t leased = 0;
  std::int64_t delayed = 0;
  std::int64_t blocked = 0;  // behind another of their group
};

// Computes the Totals, one slice per step: there may be very many FIFOs and
// queues. One thread.
class Census {
 public:
  Census(FifoStore& fifos, QueueEngine& queues)
      : fifos_(fifos), queues_(queues) {}

  // Returns false once all is counted. Throws StoreError.
  bool step();
  const Totals& totals() const { return totals_; }

 private:
  FifoStore& fifos_;
  QueueEngine& queues_;
  std::int64_t fifo_ = 0;
  QueueRank queue_;
  Totals totals_;
};

// Whether an idle daemon has a reason to stay: live tickets or leases, whose
// clocks run, or ephemeral messages. Other deadlines of queues do not count if
// nobody waits for them: they run at the next start. Throws StoreError.
bool keeps_anything(FifoStore& fifos, QueueEngine& queues);

}  // namespace syncq
