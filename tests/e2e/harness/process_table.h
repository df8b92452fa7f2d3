#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

namespace syncq::e2e {

// A process on this machine that we may inspect.
struct Seen {
  pid_t pid = 0;
  std::string command_line;  // words, each ended by NUL
  std::string environment;   // entries, each ended by NUL

  bool is_daemon() const;
};

// The living processes, not zombies, with this text in their environment or
// on their command line.
std::vector<Seen> processes_with(std::string_view text);

// Whether it exists and is not a zombie.
bool alive(pid_t pid);

// Sends it SIGSTOP, and waits until it is stopped.
void stop(pid_t pid);

}  // namespace syncq::e2e
