#include "daemon/process/log.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>

#include "tests/unit/temp_dir.h"

namespace syncq::test {

TEST_CASE("What is logged stays one line, and drives no terminal") {
  TempDir dir;
  std::string path = dir / "daemon.log";
  Log log(path, "info", false);
  log.info("at {}", "a\nb\x1b[2J\x7f\xc2\x9b größe");
  std::ifstream file(path);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  CHECK_THAT(text, Catch::EndsWith("info at a?b?[2J?? größe\n"));
}

}  // namespace syncq::test
