// How much there is of FIFOs and tickets. Each looks at all of that: the engine
// asks once, and counts on by itself.

#include "daemon/store/sqlite_fifo_store.h"

namespace syncq {

std::int64_t SqliteFifoStore::count_fifos() {
  return database_.pragma("SELECT count(*) FROM fifos");
}

std::int64_t SqliteFifoStore::count_live() {
  return database_.pragma("SELECT count(*) FROM tickets WHERE state <> 3");
}

std::int64_t SqliteFifoStore::count_ended() {
  return database_.pragma(
      "SELECT count(*) FROM tickets WHERE state = 3 "
      "AND granted IS NULL");
}

std::int64_t SqliteFifoStore::count_turns() {
  return database_.pragma(
      "SELECT count(*) FROM tickets WHERE state = 3 AND granted IS NOT NULL");
}

}  // namespace syncq
