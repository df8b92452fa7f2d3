#include "daemon/store/schema.h"

#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "daemon/store/meta_store.h"
#include "tests/unit/files.h"
#include "tests/unit/store/frozen_store.h"
#include "tests/unit/temp_dir.h"

namespace syncq::test {
namespace {

using Catch::Matchers::Contains;

std::string refusal(const std::string& path) {
  try {
    open_store(path);
  } catch (const StoreError& error) {
    CHECK(error.code() == ErrorCode::kStoreFailed);
    CHECK_THAT(error.what(), Contains(path));
    return error.what();
  }
  return "it was opened";
}

TEST_CASE("A fresh store has the newest schema and is ours") {
  TempDir dir;
  auto db = open_store(dir / "syncq.db");
  CHECK(db->pragma("PRAGMA application_id") == kApplicationId);
  CHECK(db->pragma("PRAGMA user_version") >= 1);
  CHECK(db->pragma("SELECT count(*) FROM fifos") == 0);
  CHECK_FALSE(db->dirty());
}

TEST_CASE("A store that is opened again has what it had") {
  TempDir dir;
  for (int run = 0; run < 3; ++run) {
    auto db = open_store(dir / "syncq.db");
    SqliteMetaStore meta(*db);
    CHECK(meta.number("runs") == run);
    meta.set("runs", run + 1);
    db->commit();
  }
  // Nothing was migrated, so nothing was to be kept from before.
  for (const auto& entry : std::filesystem::directory_iterator(dir.path())) {
    CHECK(entry.path().extension() != ".bak");
  }
}

TEST_CASE("The schema of a newer syncq is refused and left as it is") {
  TempDir dir;
  std::string path = dir / "syncq.db";
  {
    auto db = open_store(path);
    db->execute("PRAGMA user_version=999");
  }
  std::string before = read_file(path);
  CHECK_THAT(refusal(path), Contains("newer"));
  CHECK(read_file(path) == before);
}

TEST_CASE("Another program's database is refused and left as it is") {
  TempDir dir;
  std::string path = dir / "syncq.db";
  const char* sql =
      GENERATE("CREATE TABLE theirs(x)", "PRAGMA application_id=17",
               "PRAGMA user_version=3");
  sqlite::Database(path).execute(sql);
  std::string before = read_file(path);
  CHECK_THAT(refusal(path), Contains("another program's"));
  CHECK(read_file(path) == before);
}

TEST_CASE("A damaged file is reported and kept byte for byte") {
  TempDir dir;
  std::string path = dir / "syncq.db";
  std::string bytes =
      GENERATE(std::string(8192, 'x'), std::string("SQLite format 3\0", 16) +
                                           std::string(8176, '\xff'));
  write_file(path, bytes);
  CHECK_THAT(refusal(path), Contains("damaged"));
  CHECK(read_file(path) == bytes);
}

TEST_CASE("A store in use by another connection is refused") {
  TempDir dir;
  std::string path = dir / "syncq.db";
  auto first = open_store(path);
  SqliteMetaStore(*first).set("x", std::int64_t{1});
  first->commit();
  CHECK_THAT(refusal(path), Contains("another process"));
}

TEST_CASE("A store that can't be made says so") {
  TempDir dir;
  CHECK_THAT(refusal(dir / "no/such/dir/syncq.db"), Contains("unable to open"));
}

// What a process that was killed left in the write-ahead log counts.
TEST_CASE("What was committed is there after the process was killed") {
  TempDir dir;
  std::string path = dir / "syncq.db";
  pid_t child = fork();
  if (child == 0) {
    auto db = open_store(path);
    SqliteMetaStore meta(*db);
    meta.set("kept", std::int64_t{1});
    db->commit();
    meta.set("lost", std::int64_t{1});
    _exit(0);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  auto db = open_store(path);
  SqliteMetaStore meta(*db);
  CHECK(meta.number("kept") == 1);
  CHECK(meta.number("lost") == 0);
}

TEST_CASE("The copy made before a migration is whole") {
  TempDir dir;
  std::string path = dir / "syncq.db";
  auto db = open_store(path);
  SqliteMetaStore meta(*db);
  meta.set("x", std::int64_t{42});
  db->commit();
  back_up_store(*db, path, 1);
  auto copy = open_store(path + ".v1.bak");
  CHECK(SqliteMetaStore(*copy).number("x") == 42);
}

TEST_CASE("A store of an older version is copied before it is changed") {
  TempDir dir;
  std::string path = dir / "syncq.db";
  sqlite::Database(path).execute(kFrozenVersion1);
  auto db = open_store(path);
  CHECK(db->pragma("PRAGMA user_version") > 1);
  CHECK(sqlite::Database(path + ".v1.bak").pragma("PRAGMA user_version") == 1);
}

TEST_CASE("What is rolled back was never there") {
  auto db = open_store(":memory:");
  SqliteMetaStore meta(*db);
  meta.set("x", std::int64_t{1});
  CHECK(db->dirty());
  db->rollback();
  CHECK_FALSE(db->dirty());
  CHECK(meta.number("x") == 0);
  meta.set("x", std::string_view("text"));
  db->commit();
  db->rollback();
  CHECK(meta.text("x") == "text");
}

}  // namespace
}  // namespace syncq::test
