#pragma once

#include <map>
#include <optional>
#include <random>

#include "tests/unit/fifo/fifo_fakes.h"

namespace syncq::sim {

// The machine that daemon and clients are on: its processes, its clock, its
// random numbers. machine.cc defines anew what the daemon asks the system for.
// One at a time.
class Machine {
 public:
  explicit Machine(std::uint64_t seed);
  ~Machine();
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  // A new process, whose number was never used before.
  Process spawn(pid_t parent);
  // All processes end, and the clock begins anew.
  void reboot();

  Duration monotonic{std::chrono::hours(1)};
  WallMillis wall = 1'700'000'000'000;
  void pass(Duration time);

  test::FakeProcesses processes;
  std::map<pid_t, pid_t> parents;
  std::mt19937_64 random;

 private:
  pid_t last_pid_ = 1000;
  Duration since_wall_{};
};

Duration machine_clock();

}  // namespace syncq::sim
