#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>

#include "cli/deadline.h"
#include "cli/exit_code.h"
#include "common/unique_fd.h"

namespace syncq {

// What the workers of one `queue each` share. All threads.
class EachState {
 public:
  EachState();

  // No worker takes another message.
  void stop();
  // No worker waits for its command either.
  void kill();
  bool stopping() const;
  // Readable once stop(), or kill(), was called.
  int stop_fd() const { return stop_fd_.get(); }
  int kill_fd() const { return kill_fd_.get(); }

  // With --until-empty. A worker is busy from before it asks for a message
  // until that one is settled. False: all is done, or stop() was called.
  bool become_busy();
  // The queue was found empty. Returns when it may be worth to ask again:
  // what we gave back is due, or others may have pushed.
  void become_idle();
  // What a worker gave back, or could not settle, can be had again then.
  void expect_again(Duration delay);
  // A worker has settled its message and has not asked for another.
  void settled();

  // A message was given up, or may be handled twice.
  void note_failed();
  // The whole run fails with this; the first such counts.
  void fail(const std::string& why, int exit_code);
  std::optional<std::string> failure() const;
  int exit_code() const;

  // A worker's thread ends; readable at ended_fd() once all have.
  void begin(unsigned workers);
  void end();
  int ended_fd() const { return ended_fd_.get(); }
  unsigned busy() const;

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  UniqueFd stop_fd_;
  UniqueFd kill_fd_;
  UniqueFd ended_fd_;
  bool stopping_ = false;
  bool finished_ = false;
  bool failed_ = false;
  std::optional<std::string> failure_;
  int exit_code_ = kExitOk;
  unsigned busy_ = 0;
  unsigned workers_ = 0;
  std::chrono::steady_clock::time_point again_at_{};
};

}  // namespace syncq
