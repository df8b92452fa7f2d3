#include "daemon/store/sqlite.h"

#include <fmt/format.h>

#include <algorithm>

namespace syncq::sqlite {

namespace {

bool is_failed_sync(int result) {
  return result == SQLITE_IOERR_FSYNC || result == SQLITE_IOERR_DIR_FSYNC;
}

// Closing must not try again: a checkpoint over a hole in the log, cut short by
// a loss of power, would tear the file.
[[noreturn]] void fail_sync(sqlite3* handle, int result) {
  sqlite3_db_config(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  throw SyncFailed(
      fmt::format("syncing the store to disk: {} (SQLite {}); what of the last "
                  "requests is stored is not known: check the disk",
                  sqlite3_errstr(result), result));
}

// What to do about it, if only people can.
std::string_view way_out(int result) {
  switch (result & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return "; it is damaged: `syncq daemon stop`, then `syncq doctor "
             "--repair` makes a new one of what can be read";
    default:
      return "";
  }
}

}  // namespace

void fail(sqlite3* handle, int result, std::string_view doing) {
  if (is_failed_sync(result)) fail_sync(handle, result);
  ErrorCode code = (result & 0xff) == SQLITE_FULL ? ErrorCode::kStoreFull
                                                  : ErrorCode::kStoreFailed;
  const char* why =
      handle != nullptr ? sqlite3_errmsg(handle) : sqlite3_errstr(result);
  throw Error(
      code, result,
      fmt::format("{}: {} (SQLite {}){}", doing, why, result, way_out(result)));
}

Cursor::~Cursor() { sqlite3_reset(statement_); }

bool Cursor::next() {
  int result = sqlite3_step(statement_);
  if (result == SQLITE_ROW) return true;
  if (result == SQLITE_DONE) return false;
  fail(sqlite3_db_handle(statement_), result, "using the store");
}

bool Cursor::is_null(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

std::int64_t Cursor::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

std::string_view Cursor::bytes(int column) const {
  const void* data = sqlite3_column_blob(statement_, column);
  int size = sqlite3_column_bytes(statement_, column);
  if (data == nullptr) return {};
  return {static_cast<const char*>(data), static_cast<std::size_t>(size)};
}

Uuid Cursor::uuid(int column) const {
  Uuid uuid;
  std::string_view raw = bytes(column);
  std::copy_n(raw.begin(), std::min(raw.size(), uuid.bytes.size()),
              uuid.bytes.begin());
  return uuid;
}

std::optional<Instant> Cursor::maybe_instant(int column) const {
  if (is_null(column)) return std::nullopt;
  return instant(column);
}

void Statement::Finalize::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

Statement::Statement(Database& database, std::string_view sql)
    : database_(database) {
  sqlite3_stmt* statement = nullptr;
  int result = sqlite3_prepare_v3(
      database.get(), sql.data(), static_cast<int>(sql.size()),
      SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (result != SQLITE_OK) {
    fail(database.get(), result, fmt::format("preparing '{}'", sql));
  }
  statement_.reset(statement);
  // BEGIN, COMMIT and ROLLBACK count as read-only here.
  writes_ = sqlite3_stmt_readonly(statement) == 0;
}

void Statement::start() {
  if (writes_) database_.before_write();
}

void Statement::check(int result) const {
  if (result != SQLITE_OK) fail(database_.get(), result, "binding a value");
}

void Statement::bind(int index, std::int64_t value) {
  check(sqlite3_bind_int64(statement_.get(), index, value));
}

// Static: every caller's bytes outlive the one step of its statement. A null
// pointer would bind NULL.
void Statement::bind(int index, std::string_view value) {
  check(sqlite3_bind_blob64(statement_.get(), index,
                            value.data() != nullptr ? value.data() : "",
                            value.size(), SQLITE_STATIC));
}

void Statement::bind(int index, const Uuid& value) {
  check(sqlite3_bind_blob(statement_.get(), index, value.bytes.data(),
                          static_cast<int>(value.bytes.size()), SQLITE_STATIC));
}

void Statement::bind(int index, std::nullptr_t) {
  check(sqlite3_bind_null(statement_.get(), index));
}

void Database::Close::operator()(sqlite3* handle) const {
  sqlite3_close_v2(handle);
}

Database::Database(const std::string& path) {
  // One thread uses SQLite: no mutexes, and no statistics of memory, which
  // cost one more. Refused, and kept as it is, once a database is open.
  sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
  sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  sqlite3* handle = nullptr;
  int result = sqlite3_open_v2(
      path.c_str(), &handle,
      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
      nullptr);
  handle_.reset(handle);
  if (result != SQLITE_OK) {
    fail(handle, result, fmt::format("opening the store {}", path));
  }
  sqlite3_extended_result_codes(handle, 1);
  sqlite3_wal_hook(handle, on_commit, this);
}

void Database::execute(const char* sql) {
  int result = sqlite3_exec(get(), sql, nullptr, nullptr, nullptr);
  if (result != SQLITE_OK) fail(get(), result, "using the store");
  check_checkpoint();
}

std::int64_t Database::last_insert_rowid() const {
  return sqlite3_last_insert_rowid(get());
}

int Database::changes() const { return sqlite3_changes(get()); }

std::int64_t Database::pragma(const char* sql) {
  Statement statement(*this, sql);
  Cursor cursor = statement.query();
  return cursor.next() ? cursor.integer(0) : 0;
}

void Database::before_write() {
  if (dirty_) return;
  if (!begin_) begin_ = std::make_unique<Statement>(*this, "BEGIN IMMEDIATE");
  dirty_ = true;
  begin_->run();
}

void Database::commit() {
  if (!dirty_) return;
  if (!commit_) commit_ = std::make_unique<Statement>(*this, "COMMIT");
  commit_->run();
  dirty_ = false;
  unsynced_ = true;
  check_checkpoint();
}

// SQLite's own hook does the same and forgets the result.
int Database::on_commit(void* self, sqlite3* handle, const char* name,
                        int pages) {
  auto* database = static_cast<Database*>(self);
  database->log_pages_ = pages;
  if (pages >= database->checkpoint_pages_) {
    database->checkpoint_result_ = sqlite3_wal_checkpoint_v2(
        handle, name, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  }
  return SQLITE_OK;
}

// A failure other than of a sync is made good by the next checkpoint.
void Database::check_checkpoint() {
  if (is_failed_sync(checkpoint_result_)) fail_sync(get(), checkpoint_result_);
}

// The connection runs with synchronous=NORMAL, whose commit writes the WAL
// without a sync, and the sync that makes it FULL is done here: SQLite takes no
// change of `synchronous` inside a transaction, and whether it promises
// anything is known only at its end.
void Database::sync() {
  if (!full_sync_ || !unsynced_) return;
  if (sqlite3_file* log = wal()) sync(log);
  ++syncs_;
  unsynced_ = false;
}

void Database::keep_log_on_close() {
  sqlite3_db_config(get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
}

sqlite3_file* Database::wal() {
  sqlite3_file* log = nullptr;
  sqlite3_file_control(get(), "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
  return log != nullptr && log->pMethods != nullptr ? log : nullptr;
}

void Database::sync(sqlite3_file* log) {
  int result =
      log->pMethods->xSync(log, SQLITE_SYNC_NORMAL | SQLITE_SYNC_DATAONLY);
  if (result != SQLITE_OK) fail_sync(get(), result);
}

void Database::rewrite_wal() {
  sqlite3_file* log = wal();
  sqlite3_int64 size = 0;
  if (log == nullptr || log->pMethods->xFileSize(log, &size) != SQLITE_OK ||
      size == 0) {
    return;
  }
  // SQLite's own writes are of a page; its unix VFS takes 128 KiB at the most.
  std::string buffer(64 * 1024, '\0');
  for (sqlite3_int64 at = 0; at < size;) {
    auto length = static_cast<int>(
        std::min<sqlite3_int64>(size - at, static_cast<int>(buffer.size())));
    int result = log->pMethods->xRead(log, buffer.data(), length, at);
    if (result == SQLITE_OK) {
      result = log->pMethods->xWrite(log, buffer.data(), length, at);
    }
    if (result != SQLITE_OK) fail(nullptr, result, "rewriting the store's log");
    at += length;
  }
  sync(log);
}

void Database::rollback() noexcept {
  if (!dirty_) return;
  dirty_ = false;
  bool full = (sqlite3_errcode(get()) & 0xff) == SQLITE_FULL;
  // SQLite has already rolled back after some errors.
  if (sqlite3_get_autocommit(get()) == 0) {
    sqlite3_exec(get(), "ROLLBACK", nullptr, nullptr, nullptr);
  }
  // The log may be all that fills the disk: it becomes no longer from now on.
  constexpr int kLeastPages = 32;
  if (full) {
    checkpoint_pages_ =
        std::min(checkpoint_pages_, std::max(kLeastPages, log_pages_ / 2));
  }
}

}  // namespace syncq::sqlite
