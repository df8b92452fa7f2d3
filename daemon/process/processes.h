#pragma once

#include <cstdint>
#include <optional>

#include "common/process.h"

namespace syncq {

// Watches processes for the engine, each under a key of the engine's.
class Processes {
 public:
  virtual ~Processes() = default;
  // Starts to watch; the engine is told by process_ended(key). Watching the
  // same key again replaces the first. False: the process has ended already;
  // then `status` is how (wait(2)), if that is known.
  virtual bool watch(std::int64_t key, const Process& process,
                     std::optional<int>& status) = 0;
  virtual void unwatch(std::int64_t key) = 0;
  // Sends it a signal. False: it has ended.
  virtual bool signal(const Process& process, int number) = 0;
  // How it is right now.
  virtual ProcessState look(const Process& process) = 0;
};

}  // namespace syncq
