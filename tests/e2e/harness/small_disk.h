#pragma once

#include <string>

#include "tests/e2e/harness/sandbox.h"

namespace syncq::e2e {

// The words before a command that give it a mount namespace of its own: what it
// mounts ends with it. "" after skip() if the system allows neither root nor
// user namespaces.
std::string own_mounts(Sandbox& box);

// Runs the script, of bash, with a disk of 1 MiB as its state directory, and
// with the functions defined in small_disk.cc. It must come to its end.
void on_small_disk(const std::string& script);

}  // namespace syncq::e2e
