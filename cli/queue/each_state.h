#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "cli/base/deadline.h"
#include "cli/base/exit_code.h"
#include "common/unique_fd.h"

namespace syncq {

// State shared by the workers of one `queue each`. All threads.
class EachState {
 public:
  // `look_again`: how soon a worker that found nothing looks again, while
  // others work: there may be a push.
  explicit EachState(Duration look_again = std::chrono::seconds(1));

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
  // It got nothing. `empty`: because the queue is empty; all is done then,
  // unless others are busy or something is expected. Otherwise returns when it
  // may be worth asking again.
  void become_idle(bool empty);
  // A worker gave this message back or could not settle it: it can be taken
  // again after `delay`. We wait until it is taken, or a while longer than the
  // daemon may withhold it: another consumer may have it.
  void expect(const std::string& message, Duration delay);
  void taken(const std::string& message);
  // The messages still expected. forget() drops those that another has.
  std::vector<std::string> expected();
  void forget(const std::vector<std::string>& messages);
  // A worker has settled its message and has not asked for another.
  void settled();

  // Whether this is the first call: the queue is paused.
  bool note_paused();
  void note_done(std::size_t messages);
  // Messages were given up, or may be handled twice.
  void note_failed(std::size_t messages);
  // Messages, so far.
  struct Tally {
    std::uint64_t done = 0;
    std::uint64_t failed = 0;
  };
  Tally tally() const;
  // The whole run fails with this; the first call counts.
  void fail(const std::string& why, int exit_code);
  std::optional<std::string> failure() const;
  int exit_code() const;

  // end(): a worker's thread ends; ended_fd() is readable once all have.
  void begin(unsigned workers);
  void end();
  int ended_fd() const { return ended_fd_.get(); }
  unsigned busy() const;
  // How many commands run.
  void command_begins();
  void command_ends();
  unsigned running() const;

 private:
  Duration look_again_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  UniqueFd stop_fd_;
  UniqueFd kill_fd_;
  UniqueFd ended_fd_;
  bool stopping_ = false;
  bool finished_ = false;
  bool failed_ = false;
  bool paused_ = false;
  std::optional<std::string> failure_;
  int exit_code_ = kExitOk;
  Tally tally_;
  unsigned busy_ = 0;
  unsigned workers_ = 0;
  unsigned running_ = 0;
  std::map<std::string, std::chrono::steady_clock::time_point> expected_;
};

// One of the commands that run, for as long as it lives.
class CountedCommand {
 public:
  explicit CountedCommand(EachState& state) : state_(state) {
    state_.command_begins();
  }
  ~CountedCommand() { state_.command_ends(); }
  CountedCommand(const CountedCommand&) = delete;
  CountedCommand& operator=(const CountedCommand&) = delete;

 private:
  EachState& state_;
};

}  // namespace syncq
