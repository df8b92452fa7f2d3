#pragma once

#include <sys/types.h>

#include <map>
#include <optional>
#include <string>

#include "tests/e2e/harness/eventually.h"

namespace syncq::e2e {

// How a process ended, and what it wrote.
struct Outcome {
  int status = 0;  // as wait(2) has it
  std::string out;
  std::string err;

  // As a shell has it in $?: the exit code, or 128 + the signal.
  int code() const;
  // The signal that ended it; 0 if it exited.
  int signal() const;
};

using Environment = std::map<std::string, std::string>;

// A bash script in its own process group: stdin is /dev/null, stdout and stderr
// go to files. The rest of the group is killed at destruction.
class Process {
 public:
  // `files` is the path that the two files' names start with.
  Process(const std::string& script, const Environment& environment,
          const std::string& directory, std::string files);
  ~Process();
  Process(Process&& other) noexcept;
  Process& operator=(Process&&) = delete;

  // Bash's pid, or the command's if the script ends with `exec`.
  pid_t pid() const { return pid_; }
  bool running();
  // Sends a signal to this process only.
  void signal(int number) const;
  // Waits for its end. At the bound, kills it and fails the test.
  Outcome wait(Milliseconds within = seconds(120));
  // Its output so far.
  std::string out() const;
  std::string err() const;

 private:
  void reap(bool block);

  pid_t pid_ = -1;
  std::string files_;
  std::optional<int> status_;
};

std::string read_file(const std::string& path);
void write_file(const std::string& path, const std::string& text);
bool exists(const std::string& path);

}  // namespace syncq::e2e
