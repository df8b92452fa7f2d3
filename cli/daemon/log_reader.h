#pragma once

#include <string>
#include <vector>

#include "common/unique_fd.h"

namespace syncq {

// Reads the daemon's log as it grows, and on when it is rotated: a full file is
// renamed daemon.1.log, and a new one begins (daemon/process/log.h).
class LogReader {
 public:
  explicit LogReader(std::string path) : path_(std::move(path)) {}

  // The lines that have come since the last call, without their ends; at first
  // all that are kept. Throws Failure if it can't be read, but not if there is
  // none yet.
  std::vector<std::string> read();
  // Whether there was one.
  bool found() const { return static_cast<bool>(file_); }

 private:
  std::vector<UniqueFd> older_than(const UniqueFd& newest) const;
  void take_lines(std::vector<std::string>& lines);

  std::string path_;
  UniqueFd file_;
  std::string line_;  // what has come of the next one
};

}  // namespace syncq
