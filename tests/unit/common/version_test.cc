#include <catch2/catch.hpp>

#include "common/version.h"

namespace syncq {
namespace {

TEST_CASE("versions are ordered by their numbers", "[version]") {
  CHECK(is_older_version("0.1.0", "0.1.1"));
  CHECK(is_older_version("0.9.0", "0.10.0"));
  CHECK(is_older_version("1.9.9", "2.0.0"));
  CHECK(is_older_version("1.2", "1.2.1"));
  CHECK_FALSE(is_older_version("0.1.0", "0.1.0"));
  CHECK_FALSE(is_older_version("0.2.0", "0.1.9"));
  CHECK_FALSE(is_older_version("1.0.0", "1.0.0-rc1"));
  CHECK(is_older_version("", "0.1.0"));
}

}  // namespace
}  // namespace syncq
