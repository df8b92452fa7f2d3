#include "daemon/commit/group_commit.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

namespace syncq::test {
namespace {

using Lines = std::vector<std::string>;

struct World {
  Lines log;
};

class FakeTransactions final : public Transactions {
 public:
  FakeTransactions(World& world, std::string name)
      : world_(world), name_(std::move(name)) {}

  bool dirty() const override { return wrote; }
  void commit() override {
    if (!wrote) return;
    if (fails) throw StoreError(ErrorCode::kStoreFull, "disk full");
    wrote = false;
    unsynced_ = true;
    world_.log.push_back(name_ + " commit");
  }
  void sync() override {
    if (!unsynced_) return;
    if (sync_fails) throw SyncFailed("the disk is ill");
    unsynced_ = false;
    world_.log.push_back(name_ + " sync");
  }
  void rollback() noexcept override {
    wrote = false;
    world_.log.push_back(name_ + " rollback");
  }

  bool wrote = false;
  bool fails = false;
  bool sync_fails = false;

 private:
  World& world_;
  std::string name_;
  bool unsynced_ = false;
};

class FakeStaged final : public Staged {
 public:
  FakeStaged(World& world, GroupCommit& group_commit, std::string name)
      : world_(world), commit_(group_commit), name_(std::move(name)) {}

  void on_committed() override {
    world_.log.push_back(name_ + " release");
    if (std::exchange(more, false)) commit_.stage(*this);
  }
  void on_aborted(const Refusal& why) override {
    world_.log.push_back(name_ + " " + std::string(error_name(why.code)));
    message = why.message;
    commit_.stage(*this);
  }

  std::string message;
  bool more = false;  // stages again when it is sent

 private:
  World& world_;
  GroupCommit& commit_;
  std::string name_;
};

struct Fixture {
  World world;
  FakeTransactions disk{world, "disk"};
  FakeTransactions memory{world, "memory"};
  GroupCommit group_commit{
      {&disk, &memory},
      [this] { world.log.push_back("kept"); },
      [this](const StoreError&) { world.log.push_back("lost"); }};
  FakeStaged first{world, group_commit, "first"};
  FakeStaged second{world, group_commit, "second"};

  Lines take() { return std::exchange(world.log, {}); }
};

TEST_CASE("Answers leave after the commits, in their order") {
  Fixture f;
  f.disk.wrote = f.memory.wrote = true;
  f.group_commit.stage(f.first);
  f.group_commit.stage(f.second);
  f.group_commit.promise();
  CHECK(f.group_commit.finish() == Outcome::kCommitted);
  CHECK(f.take() == Lines{"disk commit", "memory commit", "disk sync",
                          "memory sync", "kept", "first release",
                          "second release"});
}

TEST_CASE("The commit waits for the disk only if something was promised") {
  Fixture f;
  f.disk.wrote = true;
  f.group_commit.stage(f.first);
  CHECK(f.group_commit.finish() == Outcome::kCommitted);
  CHECK(f.take() == Lines{"disk commit", "kept", "first release"});
  // A promise covers one transaction.
  f.disk.wrote = true;
  f.group_commit.promise();
  f.group_commit.finish();
  f.disk.wrote = true;
  f.group_commit.finish();
  CHECK(f.take() ==
        Lines{"disk commit", "disk sync", "kept", "disk commit", "kept"});
}

TEST_CASE("A transaction that wrote nothing still answers") {
  Fixture f;
  f.group_commit.stage(f.first);
  CHECK(f.group_commit.finish() == Outcome::kCommitted);
  CHECK(f.take() == Lines{"first release"});
  CHECK(f.group_commit.finish() == Outcome::kCommitted);
  CHECK(f.take().empty());
}

TEST_CASE("A commit that fails turns every answer into the error") {
  Fixture f;
  f.disk.wrote = f.memory.wrote = f.disk.fails = true;
  f.group_commit.stage(f.first);
  f.group_commit.stage(f.second);
  f.group_commit.promise();
  CHECK(f.group_commit.finish() == Outcome::kAborted);
  // What is in memory is undone with it: its commit comes second.
  CHECK(f.take() == Lines{"disk rollback", "memory rollback", "lost",
                          "first store_full", "second store_full",
                          "first release", "second release"});
  CHECK_THAT(f.first.message,
             Catch::Matchers::StartsWith("nothing was stored"));
  CHECK_THAT(f.first.message, Catch::Matchers::Contains("make room"));

  // Nothing is left of it in the next transaction.
  f.disk.fails = false;
  f.disk.wrote = true;
  f.group_commit.stage(f.first);
  CHECK(f.group_commit.finish() == Outcome::kCommitted);
  CHECK(f.take() == Lines{"disk commit", "kept", "first release"});
}

TEST_CASE("Work that fails aborts what came before it, not what comes after") {
  Fixture f;
  CHECK(f.group_commit.attempt([&] { f.disk.wrote = true; }).ok());
  f.group_commit.stage(f.first);
  f.group_commit.promise();
  Result<> failed = f.group_commit.attempt(
      [] { throw StoreError(ErrorCode::kStoreFailed, "disk I/O error"); });
  REQUIRE_FALSE(failed.ok());
  CHECK(failed.refusal().code == ErrorCode::kStoreFailed);
  CHECK_THAT(failed.refusal().message,
             Catch::Matchers::Contains("disk I/O error"));
  CHECK(f.take() == Lines{"disk rollback", "memory rollback", "lost",
                          "first store_failed"});
  CHECK(f.group_commit.attempt([&] { f.disk.wrote = true; }).ok());
  f.group_commit.stage(f.second);
  f.group_commit.promise();
  CHECK(f.group_commit.finish() == Outcome::kCommitted);
  CHECK(f.take() == Lines{"disk commit", "disk sync", "kept", "first release",
                          "second release"});
}

// Neither the answer nor the error: it is unknown which is true.
TEST_CASE("After a sync that failed nothing is said and nothing done") {
  Fixture f;
  f.disk.wrote = f.memory.wrote = f.disk.sync_fails = true;
  f.group_commit.stage(f.first);
  f.group_commit.promise();
  CHECK(f.group_commit.finish() == Outcome::kUnknown);
  CHECK(f.take() == Lines{"disk commit", "memory commit"});
  CHECK(f.group_commit.failure() == "the disk is ill");

  f.disk.sync_fails = false;
  bool done = false;
  CHECK_FALSE(f.group_commit.attempt([&] { done = true; }).ok());
  CHECK_FALSE(done);
  CHECK(f.group_commit.finish() == Outcome::kUnknown);
  CHECK(f.take().empty());
}

TEST_CASE("A sync that fails in the middle of the work says nothing either") {
  Fixture f;
  f.disk.wrote = true;
  f.group_commit.stage(f.first);
  CHECK_FALSE(
      f.group_commit.attempt([] { throw SyncFailed("the disk is ill"); }).ok());
  CHECK(f.group_commit.finish() == Outcome::kUnknown);
  CHECK(f.take().empty());
}

TEST_CASE("A transaction that runs out of memory is aborted like any other") {
  Fixture f;
  CHECK(f.group_commit.attempt([&] { f.disk.wrote = true; }).ok());
  f.group_commit.stage(f.first);
  Result<> failed = f.group_commit.attempt([] { throw std::bad_alloc(); });
  REQUIRE_FALSE(failed.ok());
  CHECK(failed.refusal().code == ErrorCode::kStoreFailed);
  CHECK_THAT(failed.refusal().message,
             Catch::Matchers::Contains("there is no memory left"));
  CHECK(f.take() == Lines{"disk rollback", "memory rollback", "lost",
                          "first store_failed"});
}

// An answer that only reads may tell of it.
TEST_CASE("A promise covers what an earlier transaction did not wait for") {
  Fixture f;
  f.disk.wrote = true;
  f.group_commit.finish();
  CHECK(f.take() == Lines{"disk commit", "kept"});
  f.group_commit.stage(f.first);
  f.group_commit.promise();
  CHECK(f.group_commit.finish() == Outcome::kCommitted);
  CHECK(f.take() == Lines{"disk sync", "first release"});
  f.group_commit.stage(f.first);
  f.group_commit.promise();
  CHECK(f.group_commit.finish() == Outcome::kCommitted);
  CHECK(f.take() == Lines{"first release"});
}

TEST_CASE("A client that is gone before the commit is not answered") {
  Fixture f;
  f.disk.wrote = true;
  f.group_commit.stage(f.first);
  f.group_commit.stage(f.second);
  f.group_commit.unstage(f.first);
  CHECK(f.group_commit.finish() == Outcome::kCommitted);
  CHECK(f.take() == Lines{"disk commit", "kept", "second release"});
}

TEST_CASE(
    "What is staged while answers leave belongs to the next transaction") {
  Fixture f;
  f.first.more = true;
  f.group_commit.stage(f.first);
  f.group_commit.stage(f.second);
  CHECK(f.group_commit.finish() == Outcome::kCommitted);
  CHECK(f.take() == Lines{"first release", "second release"});
  CHECK(f.group_commit.finish() == Outcome::kCommitted);
  CHECK(f.take() == Lines{"first release"});
}

TEST_CASE("Only what the store can't do is caught") {
  Fixture f;
  CHECK_THROWS_AS(
      (void)f.group_commit.attempt([] { throw std::logic_error("a bug"); }),
      std::logic_error);
}

}  // namespace
}  // namespace syncq::test
