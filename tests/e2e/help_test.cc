// Any way of asking for help gets it.

#include <catch2/catch.hpp>

#include "tests/e2e/harness/sandbox.h"
#include "tests/e2e/harness/tested_build.h"

using namespace syncq::e2e;

TEST_CASE("every two and three words that stand for help print help") {
  Sandbox box;
  box.env()["every"] = std::to_string(5 / repetitions(5));
  // The words in between are a noun, a verb, both, or another help word.
  Outcome all = box.sh(R"(
    for a in help --help -h; do
      for b in '' help --help -h run status version fifo queue daemon \
               'fifo new' 'queue pop' 'daemon run' --version '-o json'; do
        for c in '' help --help -h; do
          ((++i % every)) && continue
          syncq $a $b $c >out 2>err </dev/null
          code=$?
          if ((code)) || [[ -s err || ! -s out ]]; then
            echo "syncq $a $b $c: exit $code"
          fi
        done
      done
    done
    for a in fifo queue daemon; do
      declare -A verb=([fifo]=new [queue]=pop [daemon]=run)
      for b in help --help -h; do
        for c in '' help --help -h ${verb[$a]}; do
          syncq $a $b $c >out 2>err </dev/null
          code=$?
          ((code == 0)) && [[ -s out ]] || echo "syncq $a $b $c: exit $code"
        done
      done
    done)");
  CHECK(all.out.empty());
  CHECK(box.daemons_become(0));
}

TEST_CASE("the overview has the most used first, then all in groups") {
  Sandbox box;
  std::string help = box.ok("syncq --help");
  CHECK(box.ok("syncq") == help);
  std::size_t at = 0;
  for (const char* heading :
       {"\nMost used:\n  syncq run ", "\nTake turns:\n  run ", "\nLook:\n",
        "\nSteer:\n", "\nQueues:\n", "\nDaemon:\n"}) {
    INFO(heading);
    std::size_t found = help.find(heading, at);
    REQUIRE(found != help.npos);
    at = found;
  }
  std::string fifo = box.ok("syncq help fifo");
  CHECK(count_of(fifo, "\nSteer:\n") == 1);
  CHECK(count_of(fifo, "\nQueues:\n") == 0);
  CHECK(box.daemons_become(0));
}

TEST_CASE("what all commands take stands on one page") {
  Sandbox box;
  std::string common = box.ok("syncq help options");
  for (const char* option : {"--output", "--endpoint", "--socket", "--no-spawn",
                             "SYNCQ_STATE_DIR"}) {
    INFO(option);
    CHECK(count_of(common, option) > 0);
    CHECK(count_of(box.ok("syncq fifo show --help"), option) == 0);
  }
  CHECK(count_of(box.ok("syncq fifo show --help"), "`syncq help options`") ==
        1);
  // These do not take all of them, and list their own.
  CHECK(count_of(box.ok("syncq doctor --help"), "--endpoint") > 0);
}

TEST_CASE("a synonym is the command itself") {
  Sandbox box;
  box.ok("syncq fifo create --name deploy; syncq queue enqueue jobs one");
  CHECK(count_of(box.ok("syncq fifo list"), "deploy") == 1);
  CHECK(box.ok("syncq queue dequeue jobs") == "one");
  CHECK(box.ok("syncq help fifo delete") == box.ok("syncq fifo rm --help"));
  CHECK(box.sh("syncq add").code() == 2);
}

TEST_CASE("help shows the command that was named, and runs nothing") {
  Sandbox box;
  std::string help = box.ok("syncq queue pop --help");
  CHECK(box.ok("syncq help queue pop") == help);
  CHECK(box.ok("syncq queue help pop") == help);
  CHECK(box.ok("syncq --no-spawn help queue pop") == help);
  CHECK(box.ok("syncq help queue") == box.ok("syncq queue"));
  CHECK(box.ok("syncq help run job -- touch ran") == box.ok("syncq help run"));
  CHECK_FALSE(exists(box.path("ran")));
  CHECK(box.sh("syncq help nonsense").code() == 2);
  CHECK(box.sh("syncq help fifo nonsense").code() == 2);
  CHECK(box.daemons_become(0));
}
