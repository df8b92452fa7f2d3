// bench_spawn one COUNT COMMAND…   each after the other: median microseconds
// bench_spawn all COUNT COMMAND…   all at once: the whole time in microseconds
//
// Starts a command COUNT times, with its output to /dev/null, and prints the
// time. A command that fails ends the run with status 1.

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

pid_t start(char** command) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  pid_t pid = 0;
  int fault =
      posix_spawnp(&pid, command[0], &actions, nullptr, command, environ);
  posix_spawn_file_actions_destroy(&actions);
  if (fault != 0) throw std::runtime_error("the command can't be started");
  return pid;
}

void await(pid_t pid) {
  int status = 0;
  if (waitpid(pid, &status, 0) != pid || status != 0) {
    throw std::runtime_error("the command failed");
  }
}

double micros(Clock::duration duration) {
  return std::chrono::duration<double, std::micro>(duration).count();
}

double one_by_one(int count, char** command) {
  std::vector<double> times;
  for (int i = 0; i < count; ++i) {
    auto begin = Clock::now();
    await(start(command));
    times.push_back(micros(Clock::now() - begin));
  }
  std::nth_element(times.begin(), times.begin() + count / 2, times.end());
  return times[static_cast<std::size_t>(count) / 2];
}

double all_at_once(int count, char** command) {
  auto begin = Clock::now();
  std::vector<pid_t> pids;
  for (int i = 0; i < count; ++i) pids.push_back(start(command));
  for (pid_t pid : pids) await(pid);
  return micros(Clock::now() - begin);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) return 2;
  try {
    bool one = std::string(argv[1]) == "one";
    int count = std::atoi(argv[2]);
    fmt::print("{:.1f}\n", one ? one_by_one(count, argv + 3)
                               : all_at_once(count, argv + 3));
    return 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "bench_spawn: {}\n", error.what());
    return 1;
  }
}
