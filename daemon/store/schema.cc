#include "daemon/store/schema.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>

namespace syncq {
namespace {

// Times are nanoseconds on the daemon's timeline, UUIDs 16 bytes.
//
// The partial indices name `state` the way the queries of the store do: SQLite
// uses one only if its condition is in the query.
constexpr const char* kVersion1 = R"sql(
CREATE TABLE meta(
  key TEXT PRIMARY KEY,
  value NOT NULL
) WITHOUT ROWID;

CREATE TABLE fifos(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  uuid BLOB NOT NULL UNIQUE,
  name BLOB UNIQUE,
  wait INTEGER NOT NULL,
  accept INTEGER NOT NULL,
  done INTEGER NOT NULL,
  unused_destroy INTEGER NOT NULL,
  allow_overrides INTEGER NOT NULL,
  slots INTEGER NOT NULL,
  fence INTEGER NOT NULL,
  live INTEGER NOT NULL,
  held INTEGER NOT NULL,
  deadline INTEGER,
  created INTEGER NOT NULL
);
CREATE INDEX fifos_deadline ON fifos(deadline) WHERE deadline IS NOT NULL;

-- No AUTOINCREMENT: that writes one more page a ticket, and a number that
-- comes back after every later ticket was forgotten orders as well.
CREATE TABLE tickets(
  seq INTEGER PRIMARY KEY,
  uuid BLOB NOT NULL UNIQUE,
  fifo INTEGER NOT NULL,
  state INTEGER NOT NULL,
  ended INTEGER NOT NULL,
  slot INTEGER NOT NULL,
  fence INTEGER NOT NULL,
  wait INTEGER NOT NULL,
  accept INTEGER NOT NULL,
  done INTEGER NOT NULL,
  deadline INTEGER,
  created INTEGER NOT NULL,
  since INTEGER NOT NULL,
  hold INTEGER NOT NULL,
  owner_pid INTEGER NOT NULL,
  owner_start INTEGER NOT NULL,
  command_pid INTEGER NOT NULL,
  command_start INTEGER NOT NULL,
  label BLOB NOT NULL,
  cwd BLOB NOT NULL
);
CREATE INDEX tickets_line ON tickets(fifo, state, seq) WHERE state <> 3;
CREATE INDEX tickets_deadline ON tickets(deadline)
  WHERE state <> 3 AND deadline IS NOT NULL;
CREATE INDEX tickets_ended ON tickets(deadline) WHERE state = 3;

CREATE TABLE queues(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  uuid BLOB NOT NULL UNIQUE,
  name BLOB NOT NULL UNIQUE,
  ephemeral INTEGER NOT NULL,
  capacity INTEGER,
  overflow INTEGER NOT NULL,
  max_attempts INTEGER NOT NULL,
  dead_letter BLOB NOT NULL,
  created INTEGER NOT NULL,
  bin INTEGER NOT NULL UNIQUE,
  next_place INTEGER NOT NULL,
  size INTEGER NOT NULL,
  leased INTEGER NOT NULL,
  delayed INTEGER NOT NULL
);

CREATE TABLE bins(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  purge INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX bins_purge ON bins(id) WHERE purge;

-- What can be read. id is bin << 36 | place: a queue's messages lie together
-- and in order, and the first and the last are one step away. What is hidden
-- is kept apart, so that nobody ever steps over it.
CREATE TABLE messages(
  id INTEGER PRIMARY KEY,
  attempts INTEGER NOT NULL,
  expires INTEGER,
  type BLOB NOT NULL,
  body BLOB NOT NULL
);
CREATE INDEX messages_expire ON messages(expires) WHERE expires IS NOT NULL;

CREATE TABLE hidden(
  id INTEGER PRIMARY KEY,
  queue INTEGER NOT NULL,
  lease BLOB UNIQUE,
  until INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  expires INTEGER,
  type BLOB NOT NULL,
  body BLOB NOT NULL
);
CREATE INDEX hidden_until ON hidden(until);

-- How many messages there are in each span of 32, 1024, ... places: the way
-- to an index in the middle.
CREATE TABLE counts(
  bin INTEGER NOT NULL,
  level INTEGER NOT NULL,
  span INTEGER NOT NULL,
  messages INTEGER NOT NULL,
  PRIMARY KEY(bin, level, span)
) WITHOUT ROWID;

CREATE TABLE idempotency_keys(
  queue INTEGER NOT NULL,
  key BLOB NOT NULL,
  sequence INTEGER NOT NULL,
  expires INTEGER NOT NULL,
  PRIMARY KEY(queue, key)
) WITHOUT ROWID;
CREATE INDEX idempotency_keys_expire ON idempotency_keys(expires);
)sql";

// The order of queues in lists. Where a dead letter comes from; null of a
// message that is alive.
constexpr const char* kVersion2 = R"sql(
CREATE INDEX queues_rank ON queues(created, uuid);
ALTER TABLE messages ADD COLUMN dead_queue BLOB;
ALTER TABLE messages ADD COLUMN dead_attempts INTEGER;
ALTER TABLE messages ADD COLUMN dead_reason BLOB;
ALTER TABLE messages ADD COLUMN dead_since INTEGER;
ALTER TABLE hidden ADD COLUMN dead_queue BLOB;
ALTER TABLE hidden ADD COLUMN dead_attempts INTEGER;
ALTER TABLE hidden ADD COLUMN dead_reason BLOB;
ALTER TABLE hidden ADD COLUMN dead_since INTEGER;
)sql";

// Turns that have ended are kept for longer than other tickets: they are a
// FIFO's history. A FIFO may give no turns for a while, and a ticket stand in
// front of those drawn before it. When a message was pushed; null of those that
// were stored before. Queues that give nothing out.
constexpr const char* kVersion3 = R"sql(
ALTER TABLE tickets ADD COLUMN granted INTEGER;
ALTER TABLE tickets ADD COLUMN status INTEGER;
ALTER TABLE tickets ADD COLUMN ended_at INTEGER NOT NULL DEFAULT 0;
DROP INDEX tickets_ended;
CREATE INDEX tickets_ended ON tickets(deadline)
  WHERE state = 3 AND granted IS NULL;
CREATE INDEX turns_ended ON tickets(fifo, seq)
  WHERE state = 3 AND granted IS NOT NULL;

ALTER TABLE fifos ADD COLUMN paused INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tickets ADD COLUMN rank INTEGER NOT NULL DEFAULT 0;
DROP INDEX tickets_line;
CREATE INDEX tickets_line ON tickets(fifo, state, rank, seq) WHERE state <> 3;

ALTER TABLE messages ADD COLUMN pushed INTEGER;
ALTER TABLE hidden ADD COLUMN pushed INTEGER;
ALTER TABLE queues ADD COLUMN paused INTEGER NOT NULL DEFAULT 0;
)sql";

// Tickets have priorities, and what is moved to the front stands before all of
// those. Shared ones have their turn together.
constexpr const char* kVersion4 = R"sql(
ALTER TABLE tickets ADD COLUMN shared INTEGER NOT NULL DEFAULT 0;
ALTER TABLE fifos ADD COLUMN shared INTEGER NOT NULL DEFAULT 0;
)sql";

struct Migration {
  const char* schema;
  const char* rows = "";  // what becomes of those of the version before
};

constexpr std::array kMigrations = {
    Migration{kVersion1},
    Migration{kVersion2},
    Migration{kVersion3, "UPDATE tickets SET granted = since WHERE state = 2"},
    Migration{kVersion4, "UPDATE tickets SET rank = rank - 100 WHERE rank < 0"},
};

constexpr auto kNewest = static_cast<std::int64_t>(kMigrations.size());

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

void migrate(sqlite::Database& db, const std::string& path,
             std::int64_t version) {
  if (version == kNewest) return;
  if (version > 0 && path != ":memory:") back_up_store(db, path, version);
  db.execute("BEGIN IMMEDIATE");
  for (auto next = version; next < kNewest; ++next) {
    db.execute(kMigrations[static_cast<std::size_t>(next)].schema);
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
  if (version < 0) return;
  for (; version < kNewest; ++version) {
    db.execute(kMigrations[static_cast<std::size_t>(version)].rows);
  }
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
