#include "daemon/store/schema.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <span>

#include "daemon/store/migrations.h"

namespace syncq {
namespace {

// Must come first: the WAL index then lives in the heap, and no second process
// can open the file (sqlite.org/wal.html, "Use of WAL Without Shared-Memory").
void claim(sqlite::Database& db) {
  db.execute("PRAGMA locking_mode=EXCLUSIVE");
}

bool is_ours(sqlite::Database& db, std::int64_t version) {
  std::int64_t id = db.pragma("PRAGMA application_id");
  return id == kApplicationId || (id == 0 && version == 0 && !has_tables(db));
}

StoreError refused(const std::string& path, std::string_view why) {
  return {ErrorCode::kStoreFailed,
          fmt::format("opening the store {}: {}", path, why)};
}

// SQLite would take the log for another store's, and remove it.
void refuse_lone_log(const std::string& path, bool there) {
  struct stat log;
  std::string log_path = path + "-wal";
  if (stat(log_path.c_str(), &log) != 0 || log.st_size == 0) return;
  throw refused(path, fmt::format("it is {}, but its log {} is not; put the "
                                  "file back beside it, or move the log away "
                                  "to begin with an empty store",
                                  there ? "empty" : "missing", log_path));
}

std::string why_not_writable(const std::string& path, int error) {
  switch (error) {
    case EPERM:
      return fmt::format("it can't be changed by anybody; `chattr -i {}`",
                         path);
    case EROFS:
      return "it is on a read-only file system; set SYNCQ_STATE_DIR to a "
             "directory you can write to";
    default:
      return fmt::format("{}; `chmod 600 {}`", std::strerror(error), path);
  }
}

// SQLite's word for all of these is that it can't open or write the file.
void refuse_unusable(const std::string& path) {
  if (path == ":memory:") return;
  struct stat info;
  bool there = stat(path.c_str(), &info) == 0;
  if (!there || info.st_size == 0) refuse_lone_log(path, there);
  if (!there) return;
  if (!S_ISREG(info.st_mode)) {
    throw refused(path, fmt::format("it is {}; move it away, or set "
                                    "SYNCQ_STATE_DIR to another directory",
                                    S_ISDIR(info.st_mode) ? "a directory"
                                                          : "no plain file"));
  }
  if (info.st_uid != geteuid()) {
    throw refused(path, fmt::format("it belongs to user {}, not to you; set "
                                    "SYNCQ_STATE_DIR to a directory of your "
                                    "own",
                                    info.st_uid));
  }
  if ((info.st_mode & 0600) != 0600) {
    throw refused(path,
                  fmt::format("its mode {:04o} keeps you out; `chmod 600 {}`",
                              info.st_mode & 07777, path));
  }
  if (access(path.c_str(), R_OK | W_OK) != 0) {
    throw refused(path, why_not_writable(path, errno));
  }
}

// Before anything is written: what is refused is left as it is.
std::int64_t check(sqlite::Database& db, const std::string& path) {
  std::int64_t version = version_of(db);
  if (!is_ours(db, version)) {
    throw StoreError(
        ErrorCode::kStoreFailed,
        fmt::format("opening the store {}: it is another program's database; "
                    "move it away, or set SYNCQ_STATE_DIR to another directory",
                    path));
  }
  if (version > kNewest) {
    throw StoreError(
        ErrorCode::kStoreFailed,
        fmt::format("opening the store {}: its schema {} is newer than this "
                    "syncq knows ({}); use the syncq that made it, or set "
                    "SYNCQ_STATE_DIR to another directory",
                    path, version, kNewest));
  }
  bool has_tables = db.pragma("SELECT count(*) FROM sqlite_master") > 0;
  if (version < 0 || (version == 0 && has_tables)) {
    throw refused(path,
                  fmt::format("its user_version is {}, which no syncq writes: "
                              "another program has changed it; bring back a "
                              "copy, or try `syncq doctor --repair`",
                              version));
  }
  return version;
}

// Of a page that was torn, no row is taken for another: a page on which any row
// lies outside its bounds can't be read at all.
void look_at_cells(sqlite::Database& db) {
  db.execute("PRAGMA cell_size_check=ON");
}

void configure(sqlite::Database& db) {
  db.execute("PRAGMA journal_mode=WAL");
  db.execute("PRAGMA synchronous=NORMAL");
  db.execute("PRAGMA temp_store=MEMORY");
  // Debian's SQLite zeroes what is deleted, pages that it frees included, and
  // writes those for it; only the user can read the file.
  db.execute("PRAGMA secure_delete=FAST");
  db.execute("PRAGMA cache_size=-65536");
  look_at_cells(db);
}

// None of an empty file.
std::span<const Migration> migrations_from(std::int64_t version) {
  if (version < 1) return {};
  return std::span(kMigrations).subspan(static_cast<std::size_t>(version - 1));
}

void migrate(sqlite::Database& db, const std::string& path,
             std::int64_t version) {
  if (version == kNewest) return;
  if (version > 0 && path != ":memory:") back_up_store(db, path, version);
  db.execute("BEGIN IMMEDIATE");
  if (version == 0) db.execute(kNewestSchema);
  for (const Migration& next : migrations_from(version)) {
    db.execute(next.schema);
  }
  migrate_rows(db, version);
  db.execute(fmt::format("PRAGMA application_id={}", kApplicationId).c_str());
  db.execute(fmt::format("PRAGMA user_version={}", kNewest).c_str());
  db.execute("COMMIT");
}

std::string explain(const sqlite::Error& error) {
  switch (error.result()) {
    case SQLITE_BUSY:
      return "another process has it open; end that one first";
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return fmt::format(
          "{} (SQLite {}); it is damaged and was left as it is: `syncq doctor "
          "--repair` makes a new one of what can be read",
          sqlite3_errstr(error.result()), error.result());
    default:
      return error.what();
  }
}

// Opens it, claimed for this process alone, and does the work.
template <typename Work>
std::unique_ptr<sqlite::Database> opening(const std::string& path,
                                          Work&& work) {
  refuse_unusable(path);
  try {
    auto db = std::make_unique<sqlite::Database>(path);
    claim(*db);
    work(*db);
    return db;
  } catch (const sqlite::Error& error) {
    throw StoreError(error.code(), fmt::format("opening the store {}: {}", path,
                                               explain(error)));
  }
}

void write_nothing(sqlite::Database& db) {
  db.execute("PRAGMA query_only=ON");
  db.keep_log_on_close();
}

}  // namespace

// What a process that was killed left in the write-ahead log is not in the
// file yet.
void back_up_store(sqlite::Database& db, const std::string& path,
                   std::int64_t version) {
  db.execute("PRAGMA wal_checkpoint(TRUNCATE)");
  std::filesystem::copy_file(path, fmt::format("{}.v{}.bak", path, version),
                             std::filesystem::copy_options::overwrite_existing);
}

std::unique_ptr<sqlite::Database> open_store(const std::string& path) {
  return opening(path, [&](sqlite::Database& db) {
    std::int64_t version = check(db, path);
    configure(db);
    db.rewrite_wal();
    migrate(db, path, version);
  });
}

bool has_tables(sqlite::Database& db) {
  return db.pragma("SELECT count(*) FROM sqlite_master") > 0;
}

std::int64_t version_of(sqlite::Database& db) {
  return db.pragma("PRAGMA user_version");
}

bool is_newest(sqlite::Database& db) { return version_of(db) == kNewest; }

void migrate_rows(sqlite::Database& db, std::int64_t version) {
  for (const Migration& next : migrations_from(version)) db.execute(next.rows);
}

std::unique_ptr<sqlite::Database> open_to_examine(const std::string& path) {
  return opening(path, [&](sqlite::Database& db) {
    write_nothing(db);
    check(db, path);
  });
}

std::unique_ptr<sqlite::Database> open_damaged(const std::string& path) {
  return opening(path, [](sqlite::Database& db) {
    write_nothing(db);
    look_at_cells(db);
    // Else SQLite reads nothing of a file that is shorter than it says.
    db.execute("PRAGMA writable_schema=ON");
  });
}

}  // namespace syncq
