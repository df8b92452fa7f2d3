#pragma once

#include <string>

namespace syncq::e2e {

// The programs that these tests start: their own build's or, with
// SYNCQ_SANITIZED_BUILD in the environment, that directory's. Tests only start
// processes and read their output: they need no sanitizer, and need not be
// compiled twice.

// syncq, an absolute path.
const std::string& syncq_program();
// The same, of a later version, for the tests of upgrades.
const std::string& newer_program();

bool sanitized();
// Waits may take this many times as long.
int slowness();
// How often to repeat something done `times` times to hit rare moments: all of
// them plainly; sanitized, a fifth covers the same code.
int repetitions(int times);

}  // namespace syncq::e2e
