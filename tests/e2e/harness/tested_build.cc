#include "tests/e2e/harness/tested_build.h"

#include <cstdlib>

namespace syncq::e2e {
namespace {

const std::string& tested_build() {
  static const std::string path = [] {
    const char* other = std::getenv("SYNCQ_TESTED_BUILD");
    return std::string(other != nullptr ? other : SYNCQ_BUILD_DIR);
  }();
  return path;
}

}  // namespace

const std::string& syncq_program() {
  static const std::string path = tested_build() + "/cli/syncq";
  return path;
}

const std::string& newer_program() {
  static const std::string path = tested_build() + "/tests/e2e/syncq_newer";
  return path;
}

std::string source_file(const std::string& path) {
  return std::string(SYNCQ_SOURCE_DIR "/") + path;
}

bool sanitized() { return tested_build().ends_with("/asan"); }

bool shipped() { return tested_build().ends_with("/bench"); }

int slowness() { return sanitized() ? 5 : 1; }

int repetitions(int times) { return sanitized() ? times / 5 : times; }

}  // namespace syncq::e2e
