#include "tests/sim/machine.h"

#include "common/process.h"
#include "common/time_namespace.h"
#include "common/uuid.h"

namespace syncq {
namespace sim {
namespace {

Machine* machine = nullptr;

}  // namespace

Machine::Machine(std::uint64_t seed) : random(seed) { machine = this; }

Machine::~Machine() { machine = nullptr; }

Process Machine::spawn(pid_t parent) {
  Process made = processes.start(++last_pid_);
  parents[made.pid] = parent;
  return made;
}

void Machine::reboot() {
  processes.running.clear();
  processes.stopped.clear();
  processes.watched.clear();
  parents.clear();
  monotonic = std::chrono::minutes(1);
}

void Machine::pass(Duration time) {
  monotonic += time;
  since_wall_ += time;
  auto whole = std::chrono::floor<std::chrono::milliseconds>(since_wall_);
  since_wall_ -= whole;
  wall += whole.count();
}

Duration machine_clock() { return machine->monotonic; }

}  // namespace sim

Uuid Uuid::random() {
  Uuid made;
  for (std::uint8_t& byte : made.bytes) {
    byte = static_cast<std::uint8_t>(sim::machine->random());
  }
  return made;
}

const ClockOffsets& clock_offsets() {
  static const ClockOffsets none;
  return none;
}

std::optional<Process> find_process(pid_t pid) {
  auto found = sim::machine->processes.running.find(pid);
  if (found == sim::machine->processes.running.end()) return std::nullopt;
  return Process{pid, found->second};
}

bool is_stopped(pid_t pid) {
  return sim::machine->processes.stopped.contains(pid);
}

std::optional<pid_t> parent_of(pid_t pid) {
  auto found = sim::machine->parents.find(pid);
  if (found == sim::machine->parents.end()) return std::nullopt;
  return found->second;
}

}  // namespace syncq
