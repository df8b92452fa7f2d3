#include "daemon/store/doctor.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "common/unique_fd.h"
#include "daemon/store/meta_store.h"
#include "daemon/store/salvage.h"
#include "daemon/store/schema.h"
#include "daemon/store/store_rules.h"

namespace syncq {
namespace {

namespace fs = std::filesystem;

constexpr int kMostFaults = 20;

std::string wal_of(const std::string& path) { return path + "-wal"; }

StoreError failed(std::string_view doing, const std::string& path,
                  std::string_view why) {
  return {ErrorCode::kStoreFailed, fmt::format("{} {}: {}", doing, path, why)};
}

// A file or a directory.
void sync_to_disk(const std::string& path) {
  UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd || fsync(fd.get()) != 0) {
    throw failed("syncing", path, std::strerror(errno));
  }
}

void copy(const std::string& from, const std::string& to) {
  std::error_code error;
  fs::copy_file(from, to, error);
  if (error) throw failed("copying the store to", to, error.message());
  sync_to_disk(to);
}

// Named so that SQLite takes the two for one store.
std::string back_up(const std::string& path) {
  std::string copy_path;
  for (int i = 1; copy_path.empty() || fs::exists(copy_path); ++i) {
    copy_path = fmt::format("{}.damaged.{}", path, i);
  }
  copy(path, copy_path);
  if (fs::exists(wal_of(path))) copy(wal_of(path), wal_of(copy_path));
  return copy_path;
}

void check_pages(sqlite::Database& db, std::vector<std::string>& faults) {
  sqlite::Statement check(
      db, fmt::format("PRAGMA integrity_check({})", kMostFaults));
  for (sqlite::Cursor row = check.query(); row.next();) {
    std::string fault = row.text(0);
    std::replace(fault.begin(), fault.end(), '\n', ' ');
    if (fault != "ok") faults.push_back(std::move(fault));
  }
}

// Renames are atomic, and the old log goes first: it must never lie beside
// the new store.
void put_in_place(const std::string& made, const std::string& path) {
  unlink(wal_of(path).c_str());
  if (std::rename(made.c_str(), path.c_str()) != 0) {
    throw failed("renaming the repaired store to", path, std::strerror(errno));
  }
  sync_to_disk(fs::path(path).parent_path().string());
}

void remove_store(const std::string& path) {
  unlink(path.c_str());
  unlink(wal_of(path).c_str());
}

std::string told(const Salvaged& table) {
  return fmt::format("{}: {} rows{}", table.table, table.rows,
                     table.whole ? "" : "; some may be lost");
}

std::unique_ptr<sqlite::Database> open_to_rescue(const std::string& path) {
  std::string why = "it holds no table";
  try {
    auto db = open_damaged(path);
    if (has_tables(*db)) return db;
  } catch (const StoreError& error) {
    why = error.what();
  }
  throw failed("repairing the store", path,
               fmt::format("nothing of it can be read ({}); move it away to "
                           "begin with an empty one",
                           why));
}

// Into a fresh store at `made`.
void rescue(const std::string& path, const std::string& made,
            std::vector<std::string>& report) {
  std::unique_ptr<sqlite::Database> from = open_to_rescue(path);
  std::unique_ptr<sqlite::Database> to = open_store(made);
  for (const Salvaged& table : salvage(*from, *to)) {
    report.push_back(told(table));
  }
  migrate_rows(*to, version_of(*from));
  Instant last{Duration(SqliteMetaStore(*to).number(kTimelineLast))};
  for (const Breach& breach : force_breaches(*to, last)) {
    report.push_back(fmt::format("mended: {} ({})", breach.what, breach.rows));
  }
  to->commit();
  to->execute("PRAGMA wal_checkpoint(TRUNCATE)");
}

}  // namespace

std::vector<std::string> examine_store(const std::string& path) {
  std::vector<std::string> faults;
  if (!fs::exists(path) && !fs::exists(wal_of(path))) return faults;
  try {
    std::unique_ptr<sqlite::Database> db = open_to_examine(path);
    check_pages(*db, faults);
    // An older one is migrated, then held to the rules, at the daemon's start.
    if (!is_newest(*db)) return faults;
    for (const Breach& breach : find_breaches(*db)) {
      faults.push_back(fmt::format(
          "{}: {}{}", breach.what, breach.rows,
          breach.mendable ? " (mended at the daemon's start)" : ""));
    }
  } catch (const StoreError& error) {
    faults.emplace_back(error.what());
  }
  return faults;
}

std::vector<std::string> repair_store(const std::string& path) {
  std::vector<std::string> report;
  std::error_code none;
  if (fs::file_size(path, none) == 0 || none) {
    throw failed("repairing the store", path,
                 "it is missing or empty, and a log alone can't be read; put "
                 "the file back, or move the log away");
  }
  std::string made = path + ".repaired";
  remove_store(made);
  report.push_back("kept as it was: " + back_up(path));
  try {
    rescue(path, made, report);
  } catch (...) {
    remove_store(made);
    throw;
  }
  put_in_place(made, path);
  return report;
}

}  // namespace syncq
