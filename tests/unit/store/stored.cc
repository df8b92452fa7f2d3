#include "tests/unit/store/stored.h"

#include <algorithm>
#include <memory>

namespace syncq::test {
namespace {

constexpr std::size_t kLong = 80;

bool is(std::string_view bytes, const Uuid& uuid) {
  return uuid == uuid_named(std::string(bytes));
}

std::string readable(std::string_view bytes, const Surroundings& around) {
  if (bytes.size() > kLong) {
    return std::string(bytes.substr(0, 20)) + "~" +
           std::to_string(std::hash<std::string_view>()(bytes));
  }
  if (bytes.size() != Uuid().bytes.size()) return std::string(bytes);
  for (const auto& [name, uuid] : around.tickets) {
    if (is(bytes, uuid)) return "ticket " + name;
  }
  bool named = std::all_of(bytes.begin(), bytes.end(),
                           [](char c) { return c >= ' ' && c <= '~'; });
  return named ? std::string(bytes) : "a UUID";
}

struct Finalize {
  void operator()(sqlite3_stmt* statement) const {
    sqlite3_finalize(statement);
  }
};
using Rows = std::unique_ptr<sqlite3_stmt, Finalize>;

Rows rows_of(sqlite::Database& database, const std::string& sql) {
  sqlite3_stmt* rows = nullptr;
  int result =
      sqlite3_prepare_v2(database.get(), sql.c_str(), -1, &rows, nullptr);
  if (result != SQLITE_OK) sqlite::fail(database.get(), result, sql);
  return Rows(rows);
}

bool next(sqlite::Database& database, const Rows& rows) {
  int result = sqlite3_step(rows.get());
  if (result != SQLITE_ROW && result != SQLITE_DONE) {
    sqlite::fail(database.get(), result, "reading what is stored");
  }
  return result == SQLITE_ROW;
}

std::string_view column(const Rows& rows, int number) {
  const void* data = sqlite3_column_blob(rows.get(), number);
  auto size =
      static_cast<std::size_t>(sqlite3_column_bytes(rows.get(), number));
  return {static_cast<const char*>(data), size};
}

}  // namespace

Uuid uuid_named(std::string name) {
  Uuid uuid;
  name.resize(uuid.bytes.size(), '_');
  std::copy(name.begin(), name.end(), uuid.bytes.begin());
  return uuid;
}

std::string stored_in(sqlite::Database& database, const Surroundings& around) {
  std::string all;
  Rows tables = rows_of(database,
                        "SELECT name FROM sqlite_master WHERE type = 'table' "
                        "AND name <> 'meta' ORDER BY name");
  while (next(database, tables)) {
    std::string table(column(tables, 0));
    all += table + ":\n";
    Rows rows = rows_of(database, "SELECT * FROM " + table);
    while (next(database, rows)) {
      for (int i = 0; i < sqlite3_column_count(rows.get()); ++i) {
        bool is_null = sqlite3_column_type(rows.get(), i) == SQLITE_NULL;
        all += is_null ? "|-" : "|" + readable(column(rows, i), around);
      }
      all += "\n";
    }
  }
  return all;
}

}  // namespace syncq::test
