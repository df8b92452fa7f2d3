#pragma once

#include <map>
#include <string>

#include "daemon/queue/queue_store.h"
#include "daemon/store/sqlite.h"
#include "tests/sim/model.h"

namespace syncq::sim {

// The UUIDs of things, as far as they are known: a client has chosen one, or
// the store has shown it.
class Names {
 public:
  std::string of(Id id) const;
  void learn(Id id, const std::string& uuid) { names_.emplace(id, uuid); }
  bool knows(Id id) const { return names_.contains(id); }
  // The thing of a row of tickets; 0: none.
  Id ticket_in_row(std::int64_t seq) const;
  void learn_row(std::int64_t seq, Id id) { rows_[seq] = id; }
  void forget_rows() { rows_.clear(); }

 private:
  std::map<Id, std::string> names_;
  std::map<std::int64_t, Id> rows_;
};

// Reads all that a daemon's database holds and compares it with the model.
// One a life.
class Look {
 public:
  explicit Look(sqlite::Database& database);

  // The first difference, "" for none; what is not known yet may be anything.
  std::string difference(const Stored& stored, const Names& names);
  // Learns what was not known. To be called when there is no difference.
  void learn(const Stored& stored, Names& names);

 private:
  std::string fifos(const Stored& stored, const Names& names);
  std::string tickets(const Stored& stored, const Names& names);
  std::string queues(const Stored& stored, const Names& names);
  std::string messages(const Stored& stored);
  std::string hidden(const Stored& stored, const Names& names);
  std::string groups(const Stored& stored);
  std::string keys(const Stored& stored);
  std::string last_generation(const Stored& stored);

  sqlite::Statement fifos_;
  sqlite::Statement tickets_;
  sqlite::Statement queues_;
  sqlite::Statement messages_;
  sqlite::Statement hidden_;
  sqlite::Statement groups_;
  sqlite::Statement keys_;
  sqlite::Statement last_generation_;
};

// The same of the queues that are in memory. Leases that are not known yet are
// passed over.
std::string ephemeral_difference(QueueStore& store, const Stored& stored,
                                 const Names& names);

}  // namespace syncq::sim
