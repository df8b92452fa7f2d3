#pragma once

#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tests/unit/store/faulty_disk.h"
#include "tests/unit/store/small_daemon.h"

namespace syncq::test {

// One in so many writes or syncs fails: each, if SYNCQ_EVERY_STEP is in the
// environment.
inline const int kStride = std::getenv("SYNCQ_EVERY_STEP") == nullptr ? 4 : 1;

// Which one fails at an attempt.
inline int nth_at(int attempt) { return 1 + (attempt - 1) * kStride; }

// A daemon on a disk that fails, and beside it the model: one on a disk that
// never does, which is asked only what the first has acknowledged. What they
// say and what they store must be the same.
class Trial {
 public:
  Trial();

  // Called before each attempt at a step, to break something.
  using Breaking = std::function<void(int attempt)>;

  // Tries the step until it is acknowledged. After each failure before that,
  // nothing of it may be stored.
  void insist(const Step& step, const Breaking& breaking = {});
  // The same if what fails is a sync: the daemon ends, the step is done or
  // not, and the next daemon is asked again if it is not.
  void survive(const Step& step);
  // A commit, and with it a checkpoint if one is due. False if that failed.
  bool heartbeat();

  // How often something has failed.
  int failures() const { return failures_; }

  // Compares what other processes would find with what was said, and what is
  // left after a loss of power.
  void check();
  // The same for a daemon over what a loss of power leaves.
  void check_recovery(unsigned seed);

  FaultyDisk disk;

 private:
  struct Side {
    std::string path;
    Surroundings around;
    std::unique_ptr<SmallDaemon> daemon;

    void start() { daemon = std::make_unique<SmallDaemon>(path, around); }
    void end(Step::Kind how);
    std::string stored();
  };

  bool failed();
  bool try_restart(Step::Kind how);
  void acknowledge(const Step& step, const std::string& said);
  std::string found_in(const Files& files);
  std::string read_copy(const Files& files);
  void check_power_loss(const Files& files);

  Side real_;
  Side model_;
  // What is committed.
  std::string stored_;
  // What may be found after a loss of power: what was stored when something
  // was last promised, and at each commit since.
  std::vector<std::string> possible_;
  std::map<Files, std::string> found_;  // since the last step
  unsigned losses_ = 0;
  int failures_ = 0;
};

}  // namespace syncq::test
