#pragma once

#include <string>

namespace syncq {

// For a test that this machine or user can't run, before it returns: CTest
// shows it as skipped, unless something else in it failed. Where SYNCQ_NO_SKIP
// is set, as in `./dev ci`, the test fails here.
void skip(const std::string& why);

}  // namespace syncq
