// Runs seeds of the simulation, on all cores: `./dev sim --help`.

#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <thread>

#include "tests/sim/run.h"

namespace syncq::sim {
namespace {

struct Options {
  std::optional<std::uint64_t> seed;
  std::uint64_t first = 1;
  std::uint64_t seeds = 300;
  int steps = 300;
};

// What the processes that run seeds tell the one that waits for them.
struct Board {
  std::uint64_t seed;  // that is being run
  std::uint64_t runs;
  std::uint64_t steps;
};

// Prints one seed's fault and how to see it with fewer steps.
void report(const Options& options, std::uint64_t seed) {
  auto actions = steps_of(seed, options.steps);
  Run found = run_apart(seed, actions);
  fmt::print("seed {} breaks a rule at step {}:\n  {}\n", seed, found.done,
             found.fault);
  std::fflush(stdout);
  if (found.fault.empty()) {
    fmt::print("  but not when it is run alone\n");
    return;
  }
  actions.resize(std::min(actions.size(), found.done));
  actions = shrink(seed, std::move(actions));
  Run last = run_apart(seed, actions, true);
  fmt::print("the same with {} steps:\n{}\n  {}\n", actions.size(), last.story,
             last.fault);
  fmt::print("see it with: ./dev sim --seed {} --steps {}\n", seed,
             options.steps);
  std::fflush(stdout);
}

// One seed, with all that is said.
int run_one(const Options& options) {
  auto actions = steps_of(*options.seed, options.steps);
  Run once = run(*options.seed, actions, true);
  fmt::print("{}", once.story);
  fmt::print("seed {}: {} steps, trace {:016x}\n", *options.seed, once.done,
             once.hash);
  if (once.fault.empty()) return 0;
  std::fflush(stdout);
  report(options, *options.seed);
  return 1;
}

// Set when somebody wants this to end.
volatile std::sig_atomic_t interrupted = 0;

// The second signal is no longer caught.
void catch_signals() {
  struct sigaction action {};
  action.sa_handler = [](int) { interrupted = 1; };
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  for (int signal : {SIGINT, SIGTERM}) sigaction(signal, &action, nullptr);
}

[[noreturn]] void work(const Options& options, std::uint64_t first,
                       std::uint64_t stride, Board& board) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  std::uint64_t end = options.first + options.seeds;
  for (std::uint64_t seed = first; seed < end; seed += stride) {
    board.seed = seed;
    Run result = run(seed, steps_of(seed, options.steps), false);
    ++board.runs;
    board.steps += result.done;
    if (!result.fault.empty()) _exit(1);
  }
  board.seed = 0;
  _exit(0);
}

int run_many(const Options& options) {
  auto begin = std::chrono::steady_clock::now();
  auto jobs = std::max<std::uint64_t>(std::thread::hardware_concurrency(), 1);
  auto* boards = static_cast<Board*>(mmap(nullptr, jobs * sizeof(Board),
                                          PROT_READ | PROT_WRITE,
                                          MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  if (boards == MAP_FAILED) throw std::runtime_error("no memory to share");
  std::vector<pid_t> children;
  for (std::uint64_t i = 0; i < jobs; ++i) {
    pid_t child = fork();
    if (child == 0) work(options, options.first + i, jobs, boards[i]);
    children.push_back(child);
  }
  catch_signals();
  std::vector<std::uint64_t> failed;
  std::uint64_t runs = 0;
  std::uint64_t steps = 0;
  for (std::uint64_t i = 0; i < jobs; ++i) {
    int status = 0;
    while (waitpid(children[i], &status, 0) < 0 && errno == EINTR) {
      for (pid_t child : children) kill(child, SIGKILL);
    }
    if (interrupted != 0) continue;
    if (status != 0) failed.push_back(boards[i].seed);
    runs += boards[i].runs;
    steps += boards[i].steps;
  }
  auto took = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - begin);
  fmt::print("{} seeds, {} steps, {} ms\n", runs, steps, took.count());
  std::fflush(stdout);
  for (std::uint64_t seed : failed) report(options, seed);
  return failed.empty() && interrupted == 0 ? 0 : 1;
}

int main(int argc, char** argv) {
  CLI::App app("A deterministic simulation of the daemon");
  Options options;
  app.add_option("--seed", options.seed, "Run this one and tell all of it");
  app.add_option("--seeds", options.seeds, "How many");
  app.add_option("--first", options.first, "The first of them");
  app.add_option("--steps", options.steps, "The steps of each");
  CLI11_PARSE(app, argc, argv);
  return options.seed ? run_one(options) : run_many(options);
}

}  // namespace
}  // namespace syncq::sim

int main(int argc, char** argv) { return syncq::sim::main(argc, argv); }
