#pragma once

#include <cstdint>
#include <string>
#include <unordered_set>
#include <vector>

#include "daemon/fifo/fifo_engine.h"
#include "daemon/http/json_text.h"
#include "daemon/overview/queue_rates.h"
#include "daemon/queue/queue_engine.h"

namespace syncq {

// The most FIFOs, queues and tickets that an overview has, each.
inline constexpr int kMostInOverview = 1000;

struct OverviewWanted {
  int limit = 100;     // so many FIFOs, queues and tickets, each
  int waiting = 1;     // of those who wait, so many of each FIFO
  std::string only{};  // the FIFO and the queue of this name; "": all
};

// Makes one document of all FIFOs, with who has a turn and who waits, and all
// queues with their counters and rates, one slice per step. Those in use come
// first, so that a limit leaves out what is idle. Borrows all it is given. One
// thread.
class Overview {
 public:
  Overview(FifoEngine& fifos, QueueEngine& queues, QueueRates& rates,
           OverviewWanted wanted);

  // Returns false once it is complete. Throws StoreError.
  bool step(Instant now);

  // Adds its members, once it is complete.
  void add_to(JsonObject& object) const;
  // Bytes made so far.
  std::size_t size() const;

  // Of all that it shows but the times, which go on by themselves: two that
  // differ show different things.
  std::uint64_t fingerprint() const { return fingerprint_; }
  // Some queue has a rate above zero, or one that is not known yet: it changes
  // with time alone.
  bool has_rates() const { return has_rates_; }

 private:
  enum class Stage { kInUse, kAll, kQueues, kComplete };

  void step_in_use(Instant now);
  void step_all(Instant now);
  void step_queues(Instant now);
  void make_only(Instant now);
  bool add_fifo(const Fifo& fifo, Instant now);
  std::string tickets_of(const Fifo& fifo, Instant now);
  void add_queue(const Queue& queue, Instant now);
  void note(std::int64_t value);
  void note(const FifoEngine::TicketView& view);

  FifoEngine& fifos_;
  QueueEngine& queues_;
  QueueRates& rates_;
  const OverviewWanted wanted_;
  const std::size_t limit_;
  Stage stage_ = Stage::kInUse;
  std::int64_t last_fifo_ = 0;
  QueueRank last_queue_;
  std::unordered_set<std::int64_t> added_;  // FIFOs
  int tickets_left_;
  int looks_left_ = kMostLooks;
  std::string fifos_made_;
  std::vector<std::string> used_queues_;
  std::vector<std::string> idle_queues_;
  std::size_t queues_size_ = 0;  // bytes
  bool more_fifos_ = false;
  bool more_queues_ = false;
  bool more_tickets_ = false;
  std::uint64_t fingerprint_ = 0;
  bool has_rates_ = false;
};

}  // namespace syncq
