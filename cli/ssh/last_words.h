#pragma once

#include <mutex>
#include <string>
#include <thread>

#include "common/unique_fd.h"

namespace syncq {

// What a process says on its stderr, of which the end is kept. A thread reads
// it: whoever writes never waits for us, however much it is.
class LastWords {
 public:
  // Throws std::system_error.
  LastWords();
  ~LastWords();
  LastWords(const LastWords&) = delete;
  LastWords& operator=(const LastWords&) = delete;

  // For the process, until close_writer().
  int writer() const { return writer_.get(); }
  void close_writer() { writer_.reset(); }

  // The last kilobyte of all that was written so far.
  std::string text();

 private:
  void read_on();
  bool drain();

  UniqueFd reader_;
  UniqueFd writer_;
  UniqueFd over_;  // an eventfd
  std::mutex mutex_;
  std::string text_;  // with the mutex
  std::thread thread_;
};

}  // namespace syncq
