#pragma once

#include <sys/types.h>

#include <string>

#include "tests/e2e/harness/sandbox.h"

namespace syncq::e2e {

// An interactive bash on its own terminal, as a developer would have.
class Terminal {
 public:
  explicit Terminal(Sandbox& box);
  // Ends the shell and everything it still runs.
  ~Terminal();
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  // Types this; "\x03" is Ctrl-C, "\x1a" is Ctrl-Z.
  void type(const std::string& keys);
  // Types a command line and Enter.
  void enter(const std::string& line) { type(line + "\n"); }
  // Waits until this is shown after the last sees()'s match, and moves past it.
  // Fails the test at the bound.
  void sees(const std::string& text);
  // Everything shown so far.
  const std::string& shown();
  void resize(unsigned short rows, unsigned short columns);

 private:
  void read();

  int fd_ = -1;
  pid_t pid_ = -1;
  std::string shown_;
  std::size_t seen_ = 0;
};

}  // namespace syncq::e2e
