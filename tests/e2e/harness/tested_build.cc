#include "tests/e2e/harness/tested_build.h"

#include <cstdlib>

namespace syncq::e2e {
namespace {

const char* sanitized_build() { return std::getenv("SYNCQ_SANITIZED_BUILD"); }

std::string in_build(const std::string& program) {
  const char* build = sanitized_build();
  return std::string(build != nullptr ? build : SYNCQ_BUILD_DIR) + program;
}

}  // namespace

const std::string& syncq_program() {
  static const std::string path = in_build("/cli/syncq");
  return path;
}

const std::string& newer_program() {
  static const std::string path = in_build("/tests/e2e/syncq_newer");
  return path;
}

bool sanitized() { return sanitized_build() != nullptr; }

int slowness() { return sanitized() ? 5 : 1; }

int repetitions(int times) { return sanitized() ? times / 5 : times; }

}  // namespace syncq::e2e
