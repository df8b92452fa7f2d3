#include "daemon/store/doctor.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "common/unique_fd.h"
#include "daemon/store/schema.h"
#include "daemon/store/store_rules.h"
#include "tests/skip.h"
#include "tests/unit/files.h"
#include "tests/unit/queue/queue_fixture.h"

namespace syncq::test {
namespace {

using Catch::Matchers::Contains;
namespace fs = std::filesystem;

constexpr int kMessages = 400;
constexpr std::size_t kPage = 4096;

std::string body(int number) {
  return "message " + std::to_string(number) + std::string(500, '.');
}

// A store with messages on many pages.
class Patient {
 public:
  Patient() {
    QueueFixture f(path);
    for (int i = 0; i < kMessages; ++i) f.push("q", body(i));
  }
  void overwrite(std::size_t at, std::size_t size, char with) {
    std::string bytes = read_file(path);
    bytes.replace(at, size, size, with);
    write_file(path, bytes);
  }
  // The page that a message is on.
  std::size_t page_of(int number) const {
    std::size_t at = read_file(path).find(body(number));
    REQUIRE(at != std::string::npos);
    return at / kPage * kPage;
  }
  std::size_t left() {
    QueueFixture f(path);
    CHECK(find_breaches(*f.database).empty());
    std::size_t count = 0;
    for (; f.queue("q").size > 0; ++count) {
      CHECK_THAT(f.pop("q"), Catch::Matchers::StartsWith("message "));
    }
    f.push("q", "it works");
    CHECK(f.pop("q") == "it works");
    return count;
  }

  TempDir dir;
  std::string path = dir / "syncq.db";
};

// A file that nobody can change, until this goes. The other flags stay: ext4
// refuses to take its own away, but has set those it was given by then.
class Immutable {
 public:
  explicit Immutable(const std::string& path)
      : fd_(open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (ioctl(fd_.get(), FS_IOC_GETFLAGS, &before_) != 0) return;
    int flags = before_ | FS_IMMUTABLE_FL;
    made_ = ioctl(fd_.get(), FS_IOC_SETFLAGS, &flags) == 0;
  }
  Immutable(const Immutable&) = delete;
  Immutable& operator=(const Immutable&) = delete;
  ~Immutable() {
    if (made_) ioctl(fd_.get(), FS_IOC_SETFLAGS, &before_);
  }
  bool made() const { return made_; }

 private:
  UniqueFd fd_;
  int before_ = 0;
  bool made_ = false;
};

std::string refusal(const std::string& path) {
  try {
    open_store(path);
  } catch (const StoreError& error) {
    CHECK_THAT(error.what(), Contains(path));
    return error.what();
  }
  return "it was opened";
}

TEST_CASE("A store that is well has no faults and stays as it is") {
  Patient patient;
  std::string before = read_file(patient.path);
  CHECK(examine_store(patient.path).empty());
  CHECK(read_file(patient.path) == before);
  CHECK(examine_store(patient.dir / "none.db").empty());
  CHECK_FALSE(fs::exists(patient.dir / "none.db"));
}

TEST_CASE("To examine a store leaves its log as it is") {
  Patient patient;
  auto db = open_store(patient.path);
  db->keep_log_on_close();
  db->execute("INSERT INTO meta VALUES('x', 1)");
  db.reset();
  std::string log = read_file(patient.path + "-wal");
  REQUIRE_FALSE(log.empty());
  CHECK(examine_store(patient.path).empty());
  CHECK(read_file(patient.path + "-wal") == log);
}

TEST_CASE("A lost page is found, and all but what was on it is saved") {
  Patient patient;
  std::size_t page = patient.page_of(GENERATE(0, 200, kMessages - 1));
  patient.overwrite(page, kPage, GENERATE('\0', '\xff'));
  CHECK_FALSE(examine_store(patient.path).empty());
  std::string before = read_file(patient.path);
  std::vector<std::string> report = repair_store(patient.path);
  CHECK_THAT(report.front(), Contains(patient.path + ".damaged.1"));
  CHECK(read_file(patient.path + ".damaged.1") == before);
  CHECK(examine_store(patient.path).empty());
  std::size_t left = patient.left();
  CHECK(left >= kMessages - 8);
  CHECK(left < kMessages);
}

TEST_CASE("Of a store that was cut off, what is left is saved") {
  Patient patient;
  // Between two pages: what is left of one may have messages without their end.
  fs::resize_file(patient.path,
                  fs::file_size(patient.path) / 2 / kPage * kPage);
  CHECK_THAT(refusal(patient.path), Contains("doctor --repair"));
  CHECK_FALSE(examine_store(patient.path).empty());
  const std::string bytes = read_file(patient.path);
  std::size_t there = 0;
  for (int i = 0; i < kMessages; ++i)
    there += bytes.find(body(i)) != bytes.npos;
  REQUIRE(there > 50);
  repair_store(patient.path);
  CHECK(examine_store(patient.path).empty());
  CHECK(patient.left() == there);
}

TEST_CASE("Many lost pages leave what is on the others") {
  Patient patient;
  for (int number = 10; number < kMessages; number += 40) {
    patient.overwrite(patient.page_of(number), kPage, '\0');
  }
  repair_store(patient.path);
  CHECK(patient.left() >= kMessages - 10 * 8);
}

TEST_CASE("What only the log has is saved too") {
  Patient patient;
  {
    QueueFixture f(patient.path);
    f.database->keep_log_on_close();
    f.push("q", body(kMessages));
  }
  REQUIRE(fs::file_size(patient.path + "-wal") > 0);
  patient.overwrite(patient.page_of(200), kPage, '\0');
  repair_store(patient.path);
  CHECK_FALSE(fs::exists(patient.path + "-wal"));
  CHECK(fs::exists(patient.path + ".damaged.1-wal"));
  QueueFixture f(patient.path);
  CHECK(f.pop_tail("q") == body(kMessages));
}

TEST_CASE("Rows without a right answer are taken out") {
  Patient patient;
  open_store(patient.path)
      ->execute(
          "INSERT INTO fifos VALUES(1, x'00', NULL, 1, 1, 1, 1, 0, 0, 5, 1, 1, "
          "NULL, 1, 0, 0, 0, x'', 0, 0)");
  CHECK_THAT(examine_store(patient.path).front(), Contains("slots"));
  repair_store(patient.path);
  CHECK(examine_store(patient.path).empty());
  CHECK(patient.left() == kMessages);
}

TEST_CASE("A file that is no database is kept, and said to be none") {
  TempDir dir;
  std::string path = dir / "syncq.db";
  write_file(path, std::string(8192, 'x'));
  CHECK_THAT(examine_store(path).front(), Contains("doctor --repair"));
  CHECK_THROWS_WITH(repair_store(path), Contains("nothing of it can be read"));
  CHECK(read_file(path) == std::string(8192, 'x'));
  CHECK_FALSE(fs::exists(path + ".repaired"));
}

TEST_CASE("A log whose store is missing or empty is refused and kept") {
  Patient patient;
  {
    QueueFixture f(patient.path);
    f.database->keep_log_on_close();
    f.push("q", "x");
  }
  std::string log = read_file(patient.path + "-wal");
  if (GENERATE(true, false)) {
    fs::remove(patient.path);
    CHECK_THAT(refusal(patient.path), Contains("it is missing"));
  } else {
    write_file(patient.path, "");
    CHECK_THAT(refusal(patient.path), Contains("it is empty"));
  }
  CHECK_THAT(refusal(patient.path), Contains("put the file back"));
  CHECK(read_file(patient.path + "-wal") == log);
  CHECK_FALSE(examine_store(patient.path).empty());
  CHECK_THROWS_WITH(repair_store(patient.path), Contains("put the file back"));
}

TEST_CASE("A version that no syncq writes is refused, and can be repaired") {
  Patient patient;
  const char* sql = GENERATE("PRAGMA user_version=0", "PRAGMA user_version=-1");
  open_store(patient.path)->execute(sql);
  std::string before = read_file(patient.path);
  CHECK_THAT(refusal(patient.path), Contains("user_version"));
  CHECK(read_file(patient.path) == before);
  repair_store(patient.path);
  CHECK(patient.left() == kMessages);
}

TEST_CASE("What is in the place of the store is named, with a way out") {
  TempDir dir;
  std::string path = dir / "syncq.db";
  fs::create_directory(path);
  CHECK_THAT(refusal(path), Contains("a directory") && Contains("move it"));
  fs::remove(path);
  REQUIRE(mkfifo(path.c_str(), 0600) == 0);
  CHECK_THAT(refusal(path), Contains("no plain file"));
}

TEST_CASE("A store that can't be written is named, with a way out") {
  Patient patient;
  REQUIRE(chmod(patient.path.c_str(), GENERATE(0400, 0200, 0)) == 0);
  CHECK_THAT(refusal(patient.path), Contains("chmod 600 " + patient.path));
}

TEST_CASE("Another user's store is refused") {
  if (geteuid() != 0) {
    skip("only root can give a file away");
    return;
  }
  Patient patient;
  REQUIRE(chown(patient.path.c_str(), 12345, 12345) == 0);
  CHECK_THAT(refusal(patient.path), Contains("user 12345"));
}

TEST_CASE("An immutable store is refused, with a way out") {
  Patient patient;
  Immutable immutable(patient.path);
  if (!immutable.made()) {
    skip("this file system or user makes none immutable");
    return;
  }
  CHECK_THAT(refusal(patient.path), Contains("chattr -i " + patient.path));
}

}  // namespace
}  // namespace syncq::test
