#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "daemon/store/sqlite.h"

namespace syncq {

struct Salvaged {
  std::string table;
  std::int64_t rows = 0;
  bool whole = true;  // false: there may have been more
};

// Copies what can be read of a damaged store into a fresh one, and commits it
// bit by bit. If a page can't be read, it goes on behind it. A row that holds
// what none of ours does, such as text for a number, is left out. Counts of
// messages are left out, too: they are made again. Throws StoreError if the
// fresh one can't be written.
std::vector<Salvaged> salvage(sqlite::Database& from, sqlite::Database& to);

}  // namespace syncq
