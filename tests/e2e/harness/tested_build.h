#pragma once

#include <string>

namespace syncq::e2e {

// The programs that these tests start: those of their own build or, with
// SYNCQ_SANITIZED_BUILD in the environment, those of the build in that
// directory. Tests only start processes and read what they write: they need
// no sanitizer, and need not be compiled twice.

// syncq, an absolute path.
const std::string& syncq_program();
// The same of a later version, for the tests of upgrades.
const std::string& newer_program();

bool sanitized();
// What is waited for may take so many times as long.
int slowness();
// How often to do what is done `times` times for the sake of rare moments: all
// of them plainly; sanitized, a fifth passes through the same code.
int repetitions(int times);

}  // namespace syncq::e2e
