#include "daemon/store/salvage.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <map>

namespace syncq {
namespace {

constexpr std::array kTables = {"meta",   "fifos",          "tickets",
                                "queues", "bins",           "messages",
                                "hidden", "message_groups", "idempotency_keys"};
// How often a table is entered again behind what can't be read.
constexpr int kMostEntries = 10'000;
constexpr int kRowsACommit = 10'000;

// The statement, or nothing if the store is too damaged for it.
class RawStatement {
 public:
  RawStatement(sqlite::Database& db, const std::string& sql) {
    sqlite3_prepare_v2(db.get(), sql.c_str(), -1, &statement_, nullptr);
  }
  RawStatement(const RawStatement&) = delete;
  RawStatement& operator=(const RawStatement&) = delete;
  ~RawStatement() { sqlite3_finalize(statement_); }

  explicit operator bool() const { return statement_ != nullptr; }
  sqlite3_stmt* get() const { return statement_; }
  int step() { return sqlite3_step(statement_); }

 private:
  sqlite3_stmt* statement_ = nullptr;
};

// What a column may hold.
struct Column {
  std::string type;  // as declared; "": anything
  bool nullable = false;
};

std::map<std::string, Column> columns_of(sqlite::Database& db,
                                         const char* table) {
  std::map<std::string, Column> columns;
  RawStatement statement(db, fmt::format("PRAGMA table_info({})", table));
  while (statement && statement.step() == SQLITE_ROW) {
    auto text = [&](int at) {
      const auto* found = sqlite3_column_text(statement.get(), at);
      return std::string(
          found == nullptr ? "" : reinterpret_cast<const char*>(found));
    };
    columns[text(1)] = {text(2), sqlite3_column_int(statement.get(), 3) == 0};
  }
  return columns;
}

bool may_hold(const Column& column, int type) {
  if (type == SQLITE_NULL) return column.nullable;
  if (column.type == "INTEGER") return type == SQLITE_INTEGER;
  if (column.type == "BLOB") return type == SQLITE_BLOB;
  if (column.type == "TEXT") return type == SQLITE_TEXT;
  return true;
}

// Copies one table.
class TableCopy {
 public:
  TableCopy(sqlite::Database& from, sqlite::Database& to, const char* table)
      : from_(from), to_(to), copied_{table, 0, true} {
    std::map<std::string, Column> theirs = columns_of(from, table);
    std::string places;
    for (const auto& [name, column] : columns_of(to, table)) {
      if (!theirs.contains(name)) continue;
      names_ += (names_.empty() ? "" : ", ") + name;
      places += places.empty() ? "?" : ", ?";
      columns_.push_back(column);
    }
    insert_ = std::make_unique<RawStatement>(
        to, fmt::format("INSERT OR IGNORE INTO {}({}) VALUES({})", table,
                        names_, places));
  }

  Salvaged run() {
    if (columns_.empty()) {
      copied_.whole = false;
      return copied_;
    }
    constexpr auto kAll = std::numeric_limits<std::int64_t>();
    if (RawStatement(from_,
                     fmt::format("SELECT rowid FROM {}", copied_.table))) {
      span(kAll.min(), kAll.max());
    } else {
      without_rowid();
    }
    to_.commit();
    return copied_;
  }

 private:
  // Up to what can't be read from below, down to it from above, and then both
  // halves of what is left.
  void span(std::int64_t low, std::int64_t high) {
    if (low > high) return;
    if (++entries_ > kMostEntries) return;
    std::int64_t last = low;
    if (read("ASC", low, high, last)) return;
    copied_.whole = false;
    std::int64_t first = high;
    if (read("DESC", last, high, first)) return;
    // All of the range of 64 bits: unsigned, or it would overflow.
    std::uint64_t gap =
        static_cast<std::uint64_t>(first) - static_cast<std::uint64_t>(last);
    if (gap < 2) return;
    auto middle =
        static_cast<std::int64_t>(static_cast<std::uint64_t>(last) + gap / 2);
    span(last + 1, middle);
    span(middle + 1, first - 1);
  }

  // True if it came to the end. `at` becomes the last row that was read.
  bool read(const char* order, std::int64_t low, std::int64_t high,
            std::int64_t& at) {
    RawStatement rows(
        from_, fmt::format("SELECT {}, rowid FROM {} WHERE rowid BETWEEN ? AND "
                           "? ORDER BY rowid {}",
                           names_, copied_.table, order));
    if (!rows) return false;
    sqlite3_bind_int64(rows.get(), 1, low);
    sqlite3_bind_int64(rows.get(), 2, high);
    int result;
    while ((result = rows.step()) == SQLITE_ROW) {
      at = sqlite3_column_int64(rows.get(), width());
      insert(rows.get());
    }
    return result == SQLITE_DONE;
  }

  void without_rowid() {
    RawStatement rows(from_,
                      fmt::format("SELECT {} FROM {}", names_, copied_.table));
    int result = SQLITE_ERROR;
    while (rows && (result = rows.step()) == SQLITE_ROW) insert(rows.get());
    copied_.whole = result == SQLITE_DONE;
  }

  int width() const { return static_cast<int>(columns_.size()); }

  bool is_one_of_ours(sqlite3_stmt* row) const {
    for (int i = 0; i < width(); ++i) {
      const Column& column = columns_[static_cast<std::size_t>(i)];
      if (!may_hold(column, sqlite3_column_type(row, i))) return false;
    }
    return true;
  }

  void insert(sqlite3_stmt* row) {
    if (!is_one_of_ours(row)) {
      copied_.whole = false;
      return;
    }
    to_.before_write();
    sqlite3_stmt* insert = insert_->get();
    for (int i = 0; i < width(); ++i) {
      sqlite3_bind_value(insert, i + 1, sqlite3_column_value(row, i));
    }
    int result = sqlite3_step(insert);
    sqlite3_reset(insert);
    if (result != SQLITE_DONE) {
      sqlite::fail(to_.get(), result, "writing the repaired store");
    }
    copied_.rows += to_.changes();
    if (copied_.rows % kRowsACommit == 0) to_.commit();
  }

  sqlite::Database& from_;
  sqlite::Database& to_;
  Salvaged copied_;
  std::string names_;
  std::vector<Column> columns_;  // in the order of names_
  std::unique_ptr<RawStatement> insert_;
  int entries_ = 0;
};

}  // namespace

std::vector<Salvaged> salvage(sqlite::Database& from, sqlite::Database& to) {
  std::vector<Salvaged> all;
  for (const char* table : kTables) {
    all.push_back(TableCopy(from, to, table).run());
  }
  return all;
}

}  // namespace syncq
