#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "common/clock.h"
#include "common/uuid.h"
#include "daemon/commit/transactions.h"

namespace syncq::sqlite {

// Thin RAII over SQLite's C interface. Everything throws StoreError, or
// SyncFailed if a sync failed.

class Database;

// A StoreError with SQLite's extended result code.
class Error : public StoreError {
 public:
  Error(ErrorCode code, int result, const std::string& message)
      : StoreError(code, message), result_(result) {}
  // The primary result code: SQLITE_BUSY, SQLITE_CORRUPT, ...
  int result() const { return result_ & 0xff; }

 private:
  int result_;
};

// A result set being stepped through; resets its statement when it goes.
class Cursor {
 public:
  explicit Cursor(sqlite3_stmt* statement) : statement_(statement) {}
  Cursor(const Cursor&) = delete;
  Cursor& operator=(const Cursor&) = delete;
  ~Cursor();

  // True with the next row in place.
  bool next();
  bool is_null(int column) const;
  std::int64_t integer(int column) const;
  // Valid until the next call of next().
  std::string_view bytes(int column) const;
  std::string text(int column) const { return std::string(bytes(column)); }
  Uuid uuid(int column) const;
  Instant instant(int column) const { return Instant(duration(column)); }
  Duration duration(int column) const { return Duration(integer(column)); }
  std::optional<Instant> maybe_instant(int column) const;

 private:
  sqlite3_stmt* statement_;
};

// The first row, if there is one.
template <typename Row>
std::optional<Row> one(Cursor cursor, Row (*read)(const Cursor&)) {
  if (!cursor.next()) return std::nullopt;
  return read(cursor);
}

// A statement, prepared once.
class Statement {
 public:
  Statement(Database& database, std::string_view sql);

  // Binds the arguments in order and returns the rows to step through.
  template <typename... Args>
  Cursor query(const Args&... args) {
    start();
    int index = 0;
    (bind(++index, args), ...);
    return Cursor(statement_.get());
  }
  // The same for a statement without rows.
  template <typename... Args>
  void run(const Args&... args) {
    query(args...).next();
  }

 private:
  void start();
  void check(int result) const;
  void bind(int index, std::int64_t value);
  void bind(int index, int value) { bind(index, std::int64_t{value}); }
  void bind(int index, bool value) { bind(index, std::int64_t{value}); }
  void bind(int index, std::string_view value);
  void bind(int index, const Uuid& value);
  void bind(int index, Duration value) { bind(index, value.count()); }
  void bind(int index, Instant value) { bind(index, value.time_since_epoch()); }
  void bind(int index, std::nullptr_t);
  template <typename T>
  void bind(int index, const std::optional<T>& value) {
    if (value) {
      bind(index, *value);
    } else {
      bind(index, nullptr);
    }
  }

  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  Database& database_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  bool writes_;
};

// One connection. The first write begins a transaction.
class Database final : public Transactions {
 public:
  // Opens or makes the file; ":memory:" for one that has none.
  explicit Database(const std::string& path);

  void execute(const char* sql);
  std::int64_t last_insert_rowid() const;
  int changes() const;
  std::int64_t pragma(const char* sql);
  sqlite3* get() const { return handle_.get(); }

  void before_write();
  bool dirty() const override { return dirty_; }
  void commit() override;
  void sync() override;
  // Writes the write-ahead log once more, and syncs it: what an earlier process
  // could not sync may be only in the system's memory, and a later sync would
  // pass over it.
  void rewrite_wal();
  // Closing leaves the write-ahead log as it is.
  void keep_log_on_close();
  // How often a commit waited for the disk.
  std::uint64_t syncs() const { return syncs_; }
  void rollback() noexcept override;
  // False for --durability=normal: sync() does nothing then.
  void set_full_sync(bool full) { full_sync_ = full; }
  // The size of the write-ahead log, in pages, from which a commit moves it
  // into the file.
  void set_checkpoint(int pages) { checkpoint_pages_ = pages; }

 private:
  sqlite3_file* wal();
  void sync(sqlite3_file* wal);
  void check_checkpoint();
  static int on_commit(void* self, sqlite3* handle, const char* name,
                       int pages);

  struct Close {
    void operator()(sqlite3* handle) const;
  };
  std::unique_ptr<sqlite3, Close> handle_;
  std::unique_ptr<Statement> begin_;
  std::unique_ptr<Statement> commit_;
  bool dirty_ = false;
  bool unsynced_ = false;  // something was committed and not synced yet
  bool full_sync_ = true;
  int checkpoint_pages_ = 1000;
  int checkpoint_result_ = 0;  // of the last one
  int log_pages_ = 0;          // in use, at the last commit
  std::uint64_t syncs_ = 0;
};

// Throws the Error, or SyncFailed, for a result code of SQLite's.
[[noreturn]] void fail(sqlite3* handle, int result, std::string_view doing);

}  // namespace syncq::sqlite
