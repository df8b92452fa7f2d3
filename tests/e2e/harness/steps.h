#pragma once

#include <string>
#include <vector>

#include "tests/e2e/harness/sandbox.h"

namespace syncq::e2e {

// The n-th call of a system call by a process.
struct Step {
  std::string call;
  int n = 0;
};

// Whether strace(1) is there and may be used. skip() if not.
bool can_trace(Sandbox& box);

// The steps that strace(1) wrote to a file, in order: up to, and without, the
// second execve(2), which begins another program.
std::vector<Step> steps_in(const std::string& trace);

// Some of them, the same each time, spread over all; or all of them, if
// SYNCQ_EVERY_STEP is in the environment.
std::vector<Step> sample(const std::vector<Step>& steps, int count);

// A command, with a signal at that step of its first process.
std::string with_signal(const std::string& signal, const Step& step,
                        const std::string& command);
// The same command, and its steps are written to a file.
std::string traced_to(const std::string& file, const std::string& command);

}  // namespace syncq::e2e
