#pragma once

#include <stdexcept>
#include <string>

#include "cli/base/exit_code.h"

namespace syncq {

// What std::bad_alloc means to its user.
inline constexpr const char* kNoMemory =
    "there is not enough memory; free some, or raise `ulimit -v`";

// Ends the command: main prints what() and exits with the code. Its text says
// what was being done, names the value, and ends with the remedy.
class Failure : public std::runtime_error {
 public:
  explicit Failure(const std::string& message, int exit_code = kExitFailed)
      : std::runtime_error(message), exit_code_(exit_code) {}

  int exit_code() const { return exit_code_; }

 private:
  int exit_code_;
};

// The daemon went away in the middle of an exchange. Requests that are safe to
// repeat are repeated.
class ConnectionLost : public Failure {
 public:
  // `sent`: whether the daemon may have seen the request.
  ConnectionLost(const std::string& message, bool sent)
      : Failure(message), sent_(sent) {}

  bool sent() const { return sent_; }

 private:
  bool sent_;
};

// No daemon answers and none could be started. A client already in line retries
// for a while.
class Unreachable : public Failure {
 public:
  // `error`: the errno of the connection; 0 if it was no connection's.
  explicit Unreachable(const std::string& message, int error = 0)
      : Failure(message), error_(error) {}

  int error() const { return error_; }

 private:
  int error_;
};

}  // namespace syncq
