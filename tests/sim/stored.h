#pragma once

#include <cstdint>
#include <deque>
#include <list>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "daemon/fifo/fifo_engine.h"
#include "daemon/queue/queue_engine.h"
#include "tests/sim/ask.h"

namespace syncq::sim {

// What the daemon keeps, in the model's words.
struct ModelFifo {
  Id id = 0;
  std::string name;  // empty: none
  FifoConfig config;
  bool paused = false;
  std::int64_t fence = 0;
  std::optional<Instant> deadline;
};
struct ModelTicket {
  Id id = 0;
  Id fifo = 0;
  // Of those drawn together: a number of their own, and the first of them; 0:
  // drawn alone.
  int group = 0;
  Id lead = 0;
  TicketState state = TicketState::kWaiting;
  TicketEnd end = TicketEnd::kNone;
  int rank = 0;  // less its priority; below those: moved to the front
  int take = 1;
  std::vector<int> slots;               // those of its turn, in order
  std::vector<std::string> slot_names;  // if they have any
  std::int64_t fence = 0;
  Timeouts timeouts;
  std::optional<Instant> deadline;
  Instant created;
  Instant granted;  // of one that is accepted
  bool hold = false;
  bool shared = false;
  Process owner;
  Process command;

  bool live() const { return state != TicketState::kEnded; }
  // It has ended after its turn.
  bool is_history() const { return !live() && fence != 0; }
  bool held() const { return live() && state != TicketState::kWaiting; }
  int slot() const { return slots.empty() ? -1 : slots.front(); }
};
struct ModelMessage {
  std::int64_t place = 0;
  std::string body;
  std::int64_t attempts = 0;
  std::optional<Instant> expires;
  std::string dead_from;
  Instant pushed;
  std::string group;

  bool expired(Instant now) const { return expires && *expires <= now; }
};
struct ModelHidden {
  ModelMessage message;
  Id lease = 0;  // 0: delayed, or blocked
  Instant until;
  bool blocked = false;  // then it is delayed besides until `until`, if that is
};
struct ModelQueue {
  Id id = 0;
  QueueConfig config;
  std::int64_t generation = 0;
  std::int64_t next_place = 0;
  std::vector<ModelMessage> ready;  // by place
  std::vector<ModelHidden> hidden;
  bool paused = false;
};
struct ModelKey {
  Id queue = 0;
  std::string key;
  std::int64_t sequence = 0;
  Instant expires;
  bool ephemeral = false;
};
// All of it that a transaction commits or undoes.
struct Stored {
  std::list<ModelFifo> fifos;
  std::int64_t fence_floor = 0;
  std::deque<ModelTicket> tickets;  // in order of creation
  // FIFOs that are gone, whose tickets are still to be ended.
  std::set<Id> destroyed;
  std::list<ModelQueue> queues;
  std::int64_t last_generation = 0;
  std::vector<ModelKey> keys;
  // Leases of what was emptied or deleted: it is cleared away bit by bit, and
  // until then they are in use.
  std::set<Id> cleared;
};

}  // namespace syncq::sim
