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
  // Of the key that was watched, and how its process ended (wait(2)), if that
  // is known.
  using Tell = std::function<void(std::int64_t, std::optional<int>)>;

  ProcessWatch(uv_loop_t* loop, Tell ended);
  ~ProcessWatch() override;

  bool watch(std::int64_t key, const Process& process,
             std::optional<int>& status) override;
  void unwatch(std::int64_t key) override;
  ProcessState look(const Process& process) override;
  bool signal(const Process& process, int number) override;
  // A pidfd of the process with this pid, for a watch() in this iteration: of a
  // process that has ended since it tells more than its pid can.
  void lend(pid_t pid, UniqueFd pidfd);
  void take_back();
  void close();

 private:
  struct Watched;

  bool ended(const Process& process);
  UniqueFd open(pid_t pid);

  uv_loop_t* loop_;
  Tell tell_;
  // Lent to a look into /proc, which sees nothing without a descriptor.
  UniqueFd reserve_;
  std::unordered_map<pid_t, UniqueFd> lent_;
  std::unordered_map<std::int64_t, std::unique_ptr<Watched>> watched_;
};

}  // namespace syncq
