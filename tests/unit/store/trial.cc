#include "tests/unit/store/trial.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "daemon/store/store_rules.h"
#include "tests/unit/store/stored.h"

namespace syncq::test {
namespace {

constexpr const char* kCopy = "/copy/";

}  // namespace

void Trial::Side::end(Step::Kind how) {
  if (daemon && how == Step::Kind::kKill) daemon->die_suddenly();
  daemon.reset();
}

std::string Trial::Side::stored() {
  return stored_in(daemon->database(), around);
}

Trial::Trial() {
  real_.path = std::string(FaultyDisk::kFaulty) + "syncq.db";
  model_.path = "/model/syncq.db";
  real_.start();
  model_.start();
  stored_ = model_.stored();
  // What a start makes is promised with the first promise.
  possible_ = {"", stored_};
}

bool Trial::failed() {
  bool failed = disk.take_failure();
  failures_ += failed;
  return failed;
}

void Trial::insist(const Step& step, const Breaking& breaking) {
  INFO(step.name);
  for (Side* side : {&real_, &model_}) side->around.now += step.after;
  for (int attempt = 1;; ++attempt) {
    INFO("attempt " << attempt);
    if (breaking) breaking(attempt);
    if (step.kind != Step::Kind::kAsk) {
      if (try_restart(step.kind)) return;
      continue;
    }
    SmallDaemon::Turn turn = real_.daemon->turn(step);
    bool failed = this->failed();
    if (turn.outcome == Outcome::kCommitted) {
      return acknowledge(step, turn.said);
    }
    REQUIRE(turn.outcome == Outcome::kAborted);
    REQUIRE(failed);
    check();
  }
}

// Of what fails as a daemon ends, nobody hears.
bool Trial::try_restart(Step::Kind how) {
  real_.end(how);
  bool started = true;
  try {
    real_.start();
  } catch (const std::runtime_error&) {
    started = false;
  }
  bool failed = this->failed();
  REQUIRE((started || failed));
  if (failed) check();
  if (!started || failed) return false;
  model_.end(how);
  model_.start();
  // A daemon's start puts on the disk what it finds.
  possible_ = {stored_};
  check();
  return true;
}

void Trial::acknowledge(const Step& step, const std::string& said) {
  found_.clear();
  CHECK(said == model_.daemon->turn(step).said);
  stored_ = model_.stored();
  CHECK(real_.stored() == stored_);
  if (step.promise) possible_.clear();
  possible_.push_back(stored_);
}

void Trial::survive(const Step& step) {
  INFO(step.name);
  if (step.kind != Step::Kind::kAsk) return insist(step);
  for (Side* side : {&real_, &model_}) side->around.now += step.after;
  SmallDaemon::Turn turn = real_.daemon->turn(step);
  if (turn.outcome == Outcome::kCommitted) {
    return acknowledge(step, turn.said);
  }
  REQUIRE(turn.outcome == Outcome::kUnknown);
  REQUIRE(failed());
  bool done = found_in(disk.as_seen()) != stored_;
  if (done) {
    model_.daemon->turn(step);
    stored_ = model_.stored();
    possible_.push_back(stored_);
  }
  check();
  REQUIRE(try_restart(Step::Kind::kStop));
  Step again = step;
  again.after = {};
  if (!done) insist(again);
}

bool Trial::heartbeat() {
  CHECK(real_.daemon->heartbeat().outcome == Outcome::kCommitted);
  model_.daemon->heartbeat();
  // What they commit with it: what a start has mended.
  stored_ = model_.stored();
  possible_.push_back(stored_);
  bool failed = this->failed();
  if (failed) check();
  return !failed;
}

std::string Trial::found_in(const Files& files) {
  // Between two syncs a loss of power often leaves the same.
  if (auto known = found_.find(files); known != found_.end()) {
    return known->second;
  }
  return found_[files] = read_copy(files);
}

std::string Trial::read_copy(const Files& files) {
  disk.put(kCopy, files);
  sqlite::Database copy(std::string(kCopy) + "syncq.db");
  copy.execute("PRAGMA locking_mode=EXCLUSIVE");
  copy.execute("PRAGMA synchronous=OFF");
  sqlite::Statement examine(copy, "PRAGMA integrity_check");
  sqlite::Cursor row = examine.query();
  REQUIRE(row.next());
  CHECK(row.text(0) == "ok");
  return stored_in(copy, real_.around);
}

void Trial::check() {
  CHECK(found_in(disk.as_seen()) == stored_);
  check_power_loss(disk.after_power_loss());
  check_power_loss(disk.after_power_loss(++losses_));
}

void Trial::check_power_loss(const Files& files) {
  std::string found = found_in(files);
  INFO(found);
  CHECK(std::count(possible_.begin(), possible_.end(), found) > 0);
}

void Trial::check_recovery(unsigned seed) {
  INFO("power loss " << seed);
  Files files = disk.after_power_loss(seed);
  check_power_loss(files);
  disk.put(kCopy, files);
  Surroundings around = real_.around;
  SmallDaemon daemon(std::string(kCopy) + "syncq.db", around, false);
  for (const Fifo& fifo : real_.daemon->fifo_store().list_fifos(0, 1000)) {
    auto found = daemon.fifo_store().find_fifo(fifo.uuid);
    if (found) CHECK(found->fence > fifo.fence);
  }
  Step work;
  work.ask = [](SmallDaemon& d) -> std::string {
    Push push;
    push.body = "it works";
    if (!d.queues().push("works", push, d.now(), 0)) return "refused";
    auto message = d.queues().take("works", {}, 1, d.now());
    HoldRequest call;
    call.create = true;
    auto hold = d.fifos().hold("works", call, 2, d.now(), 0);
    return hold.ok() && hold->granted ? (*message)->body : "no turn";
  };
  CHECK(daemon.turn(work).said == "it works");
  CHECK(find_breaches(daemon.database()).empty());
}

}  // namespace syncq::test
