#pragma once

#include <string>

namespace syncq::e2e {

// The programs that these tests start: those of their own build or, with
// SYNCQ_TESTED_BUILD in the environment, those of the build in that directory.
// Tests only start processes and read what they write: they need neither a
// sanitizer nor an optimizer, and need not be compiled for each build.

// syncq, an absolute path.
const std::string& syncq_program();
// The same, of a later version, for the tests of upgrades.
const std::string& newer_program();

// A file of the source tree, by its path in it.
std::string source_file(const std::string& path);

// The tested build is build/asan.
bool sanitized();
// The tested build is build/bench: what is shipped, without hooks for tests.
bool shipped();

// Waits may take this many times as long.
int slowness();
// How often to repeat something done `times` times to hit rare moments: all of
// them, or sanitized a fifth, which covers the same code.
int repetitions(int times);

}  // namespace syncq::e2e
