// make -j, whose jobserver is a pipe that every child inherits.

#include <catch2/catch.hpp>

#include "tests/e2e/harness/sandbox.h"

using namespace syncq::e2e;

namespace {

// Eight targets, all wrapped in one FIFO.
void write_makefile(Sandbox& box, const std::string& recipe) {
  write_file(box.path("Makefile"),
             "all: $(addprefix t,1 2 3 4 5 6 7 8)\nt%:\n\t" + recipe + "\n");
}

}  // namespace

TEST_CASE(
    "the first use under make -j4 does not hang, nor keep its jobserver") {
  Sandbox box;
  write_makefile(box, "+@syncq run -q q -- sh -c 'echo $@ >> out'");
  // The pipe ends when all processes have closed make's files.
  CHECK(box.ok("x=$(make -s -j4 2>&1); echo \"<$x>\"") == "<>");
  CHECK(box.ok("sort out | tr '\\n' ' '") == "t1 t2 t3 t4 t5 t6 t7 t8 ");
  pid_t pid = box.daemon_pid();
  REQUIRE(pid > 0);
  CHECK(box.daemons_become(1));
  CHECK_THAT(read_file("/proc/" + std::to_string(pid) + "/environ"),
             !Catch::Contains("MAKEFLAGS"));
}

TEST_CASE("make -j8 with a wrapped recipe: one at a time") {
  Sandbox box;
  write_makefile(box,
                 "@syncq run -q q -- sh -c 'mkdir lock || echo clash >> "
                 "clash; sleep 0.02; echo $@ >> out; rmdir lock'");
  box.ok("make -s -j8");
  CHECK(box.ok("wc -l < out") == "8");
  CHECK_FALSE(exists(box.path("clash")));
}

TEST_CASE("make -j8: a wrapped $(MAKE) still has the jobserver") {
  Sandbox box;
  std::string mode = GENERATE(as<std::string>{}, "", "--timeout 1h ");
  write_makefile(
      box, "+@syncq run -q " + mode + "q -- $(MAKE) -s -f sub.mk N=$@ four");
  // Four jobs of a sub-make wait for each other: without the jobserver's tokens
  // they would run one by one, and never meet.
  write_file(box.path("sub.mk"),
             "four: a b c d\na b c d:\n\t@touch $(N).$@; for i in "
             "$$(seq 3000); do [ $$(ls $(N).* | wc -l) = 4 ] && exit 0; "
             "sleep 0.01; done; exit 1\n");
  Outcome outcome = box.sh("exec make -s -j12", seconds(120));
  INFO(outcome.err);
  CHECK(outcome.code() == 0);
  CHECK_THAT(outcome.err, !Catch::Contains("jobserver"));
  CHECK(box.ok("ls t?.? | wc -l") == "32");
}

TEST_CASE("make -j8 stops at a wrapped recipe that fails, with its code") {
  Sandbox box;
  write_makefile(box, "@syncq run -q q -- sh -c 'exit 3'");
  Outcome outcome = box.sh("exec make -j8");
  CHECK(outcome.code() == 2);
  CHECK_THAT(outcome.err, Catch::Contains("Error 3"));
  CHECK(eventually([&] { return box.waiting("q") == 0; }));
}
