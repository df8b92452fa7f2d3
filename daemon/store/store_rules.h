#pragma once

#include <string>
#include <vector>

#include "daemon/store/sqlite.h"

namespace syncq {

// What the engines rely on in the rows of the store but SQLite can't enforce. A
// store that only syncq has written keeps all of it.

// A rule that is broken, and in how many rows.
struct Breach {
  std::string what;
  std::int64_t rows = 0;
  bool mendable = false;  // there is one right answer
};

// Changes nothing. Steps over FIFOs, queues and live tickets, not over
// messages: quick enough for each start. Throws StoreError.
std::vector<Breach> find_breaches(sqlite::Database& db);

// Mends what has one right answer and returns what that was; the caller
// commits. Throws StoreError if something has none.
std::vector<Breach> mend_breaches(sqlite::Database& db, Instant now);

// Takes out the rows that have no right answer, then mends the rest: for a
// store that has lost parts. The caller commits.
std::vector<Breach> force_breaches(sqlite::Database& db, Instant now);

}  // namespace syncq
