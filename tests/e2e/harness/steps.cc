#include "tests/e2e/harness/steps.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <map>

#include "tests/skip.h"

namespace syncq::e2e {
namespace {

// A child that it leaves behind is not traced, and strace is no parent of what
// it traces.
const std::string kStrace = "strace -D -qq ";

}  // namespace

bool can_trace(Sandbox& box) {
  if (box.sh("strace -o /dev/null true").code() == 0) return true;
  skip("strace is needed, and the right to use it");
  return false;
}

std::vector<Step> steps_in(const std::string& trace) {
  std::map<std::string, int> counts;
  std::vector<Step> steps;
  for (const std::string& line : lines_of(read_file(trace))) {
    std::string call = line.substr(0, line.find('('));
    const bool is_name = !call.empty() && call.find_first_not_of(
                                              "abcdefghijklmnopqrstuvwxyz_"
                                              "0123456789") == call.npos;
    if (!is_name) continue;
    const int n = ++counts[call];
    if (call == "execve" && n == 2) break;
    // The first is strace's own, of the program.
    if (call != "execve") steps.push_back({call, n});
  }
  return steps;
}

std::vector<Step> sample(const std::vector<Step>& steps, int count) {
  const auto all = static_cast<int>(steps.size());
  if (std::getenv("SYNCQ_EVERY_STEP") != nullptr || all <= count) return steps;
  std::vector<Step> some;
  for (int i = 0; i < count; ++i) {
    some.push_back(steps[static_cast<std::size_t>(i * all / count)]);
  }
  return some;
}

std::string with_signal(const std::string& signal, const Step& step,
                        const std::string& command) {
  return kStrace + "-o /dev/null -e inject=" + step.call + ":signal=" + signal +
         ":when=" + std::to_string(step.n) + " " + command;
}

std::string traced_to(const std::string& file, const std::string& command) {
  return kStrace + "-o " + file + " " + command;
}

}  // namespace syncq::e2e
