#pragma once

#include <algorithm>
#include <functional>

#include "daemon/store/sqlite.h"

namespace syncq::test {

using Work = std::function<void()>;

// What was done since the last call, in steps of SQLite's virtual machine: no
// other load on the machine changes them.
inline int steps_since_last(sqlite::Database& database) {
  int steps = 0;
  sqlite3_stmt* each = nullptr;
  while ((each = sqlite3_next_stmt(database.get(), each)) != nullptr) {
    steps += sqlite3_stmt_status(each, SQLITE_STMTSTATUS_VM_STEP, 1);
  }
  return steps;
}

// The most of a few times.
inline int cost(sqlite::Database& database, const Work& work) {
  int most = 0;
  for (int i = 0; i < 5; ++i) {
    steps_since_last(database);
    work();
    most = std::max(most, steps_since_last(database));
  }
  return most;
}

}  // namespace syncq::test
