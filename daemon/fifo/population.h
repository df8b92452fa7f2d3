#pragma once

#include <cstdint>

#include "common/result.h"
#include "daemon/fifo/fifo_store.h"

namespace syncq {

// How many FIFOs there may be, and live tickets: of one FIFO, and all together.
// Tickets of bare HTTP clients need no connection, so nothing else bounds them.
// A live ticket takes some 300 bytes of the store, and no memory.
inline constexpr std::int64_t kMaxFifos = 1'000'000;
inline constexpr std::int64_t kMaxLiveOfFifo = 100'000;
inline constexpr std::int64_t kMaxLive = 1'000'000;

// Counts FIFOs, and live tickets including those of destroyed FIFOs, and
// refuses more than there may be. One thread.
class Population {
 public:
  // Of a store that has some already. Throws StoreError.
  void recount(FifoStore& store);

  Result<> room_for_fifos(std::int64_t more) const;
  Result<> room_for_ticket(const Fifo& fifo) const;

  void add_fifo() { ++now_.fifos; }
  void remove_fifo() { --now_.fifos; }
  void add_ticket() { ++now_.live; }
  void remove_ticket() { --now_.live; }

  // The transaction was committed / aborted.
  void committed() { kept_ = now_; }
  void rolled_back() { now_ = kept_; }

 private:
  struct Counts {
    std::int64_t fifos = 0;
    std::int64_t live = 0;
  };

  Counts now_;
  Counts kept_;
};

}  // namespace syncq
