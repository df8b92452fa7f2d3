#include "tests/sim/run.h"

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <exception>

#include "tests/sim/world.h"

namespace syncq::sim {

Run run(std::uint64_t seed, const std::vector<Action>& actions, bool tell) {
  Run result;
  World world(seed);
  world.tell(tell);
  try {
    for (const Action& action : actions) {
      ++result.done;
      world.step(action);
    }
    world.finish();
  } catch (const Broken& broken) {
    result.fault = broken.what;
  } catch (const std::exception& error) {
    result.fault = fmt::format("an exception got out: {}", error.what());
  }
  result.hash = world.hash();
  result.story = world.story();
  return result;
}

Run run_apart(std::uint64_t seed, const std::vector<Action>& actions,
              bool tell) {
  int ends[2];
  if (pipe(ends) != 0) return {};
  pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
    Run result = run(seed, actions, tell);
    std::string text =
        fmt::format("{} {}{}{}", result.done, result.fault, '\0', result.story);
    bool told = write(ends[1], text.data(), text.size()) > 0;
    _exit(told ? 0 : 1);
  }
  close(ends[1]);
  std::string text;
  char buffer[4096];
  for (ssize_t got; (got = read(ends[0], buffer, sizeof buffer)) > 0;) {
    text.append(buffer, static_cast<std::size_t>(got));
  }
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  Run result;
  if (WIFSIGNALED(status)) {
    result.done = actions.size();
    result.fault = fmt::format("it died of: {}", strsignal(WTERMSIG(status)));
    return result;
  }
  std::size_t space = std::min(text.find(' '), text.size() - 1);
  result.done = std::stoul(text);
  std::size_t end = std::min(text.find('\0'), text.size());
  result.fault = text.substr(space + 1, end - space - 1);
  result.story = text.substr(std::min(end + 1, text.size()));
  return result;
}

// Delta debugging: leaves out ever smaller pieces.
std::vector<Action> shrink(std::uint64_t seed, std::vector<Action> actions) {
  for (std::size_t size = std::max<std::size_t>(actions.size() / 2, 1);;) {
    bool smaller = false;
    for (std::size_t at = 0; at < actions.size();) {
      std::vector<Action> rest = actions;
      auto from = rest.begin() + static_cast<std::ptrdiff_t>(at);
      auto to = from + static_cast<std::ptrdiff_t>(
                           std::min(size, actions.size() - at));
      rest.erase(from, to);
      Run result = run_apart(seed, rest);
      if (result.fault.empty()) {
        at += size;
        continue;
      }
      rest.resize(std::min(rest.size(), result.done));
      actions = std::move(rest);
      smaller = true;
    }
    if (size == 1 && !smaller) return actions;
    if (size > 1) size = (size + 1) / 2;
  }
}

}  // namespace syncq::sim
