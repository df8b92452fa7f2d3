#include "daemon/store/meta_store.h"

namespace syncq {

// cast: keys are bound as blobs, as all text of ours is, and the column's
// affinity leaves a blob a blob.
SqliteMetaStore::SqliteMetaStore(sqlite::Database& database)
    : get_(database, "SELECT value FROM meta WHERE key = cast(? AS TEXT)"),
      set_(database,
           "INSERT INTO meta VALUES(cast(? AS TEXT), ?) ON CONFLICT(key) DO "
           "UPDATE SET value = excluded.value") {}

std::int64_t SqliteMetaStore::number(std::string_view key) {
  sqlite::Cursor row = get_.query(key);
  return row.next() ? row.integer(0) : 0;
}

std::string SqliteMetaStore::text(std::string_view key) {
  sqlite::Cursor row = get_.query(key);
  return row.next() ? row.text(0) : std::string();
}

void SqliteMetaStore::set(std::string_view key, std::int64_t value) {
  set_.run(key, value);
}

void SqliteMetaStore::set(std::string_view key, std::string_view value) {
  set_.run(key, value);
}

}  // namespace syncq
