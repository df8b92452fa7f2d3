#pragma once

#include <string>

#include "daemon/store/sqlite.h"

namespace syncq {

// "sync" as a 32-bit number: tells our file from other SQLite files.
inline constexpr std::int64_t kApplicationId = 0x73796e63;

// Opens the store at `path` (or ":memory:") with the newest schema, migrated
// if need be after a copy of the old file to PATH.vN.bak. Throws StoreError
// with a message for people: a newer schema, another application's file, a
// corrupt one, one in use by another process, one that can't be written, one
// whose log is left without it. Never recreates a file.
std::unique_ptr<sqlite::Database> open_store(const std::string& path);

// The same for one that exists, to be examined: nothing is written.
std::unique_ptr<sqlite::Database> open_to_examine(const std::string& path);

// The same without checking what it is, to salvage what can be read.
std::unique_ptr<sqlite::Database> open_damaged(const std::string& path);

// Whether anything can be read of it at all.
bool has_tables(sqlite::Database& db);

// The version of its schema, and whether that is this program's.
std::int64_t version_of(sqlite::Database& db);
bool is_newest(sqlite::Database& db);

// Changes rows of a store of `version` that lie in one of the newest by now, as
// a migration does.
void migrate_rows(sqlite::Database& db, std::int64_t version);

// Copies the whole store to PATH.vVERSION.bak. No transaction may be open.
void back_up_store(sqlite::Database& db, const std::string& path,
                   std::int64_t version);

}  // namespace syncq
