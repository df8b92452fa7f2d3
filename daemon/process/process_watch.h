#pragma once

#include <uv.h>

#include <functional>
#include <memory>
#include <unordered_map>

#include "common/unique_fd.h"
#include "daemon/process/processes.h"

namespace syncq {

// Watches processes that are not our children, by pidfd (pidfd_open(2)): the
// loop wakes the moment one ends. One thread.
class ProcessWatch final : public Processes {
 public:
  ProcessWatch(uv_loop_t* loop, std::function<void(std::int64_t)> ended);
  ~ProcessWatch() override;

  bool watch(std::int64_t key, const Process& process) override;
  void unwatch(std::int64_t key) override;
  ProcessState look(const Process& process) override;
  void close();

 private:
  struct Watched;

  bool ended(const Process& process);

  uv_loop_t* loop_;
  std::function<void(std::int64_t)> tell_;
  // Lent to a look into /proc, which sees nothing without a descriptor.
  UniqueFd reserve_;
  std::unordered_map<std::int64_t, std::unique_ptr<Watched>> watched_;
};

}  // namespace syncq
