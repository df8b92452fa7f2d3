// What a command line that makes no sense is told, and that nothing which
// comes from outside drives the terminal.

#include <catch2/catch.hpp>

#include "tests/e2e/harness/sandbox.h"

using namespace syncq::e2e;

namespace {

// The one line that a refused command line is told.
std::string told(Sandbox& box, const std::string& command) {
  Outcome outcome = box.sh("exec " + command);
  INFO(command);
  CHECK(outcome.code() == 2);
  CHECK(outcome.out.empty());
  CHECK(count_of(outcome.err, "\n") == 1);
  return outcome.err;
}

}  // namespace

TEST_CASE("an unknown option is named before what else is wrong") {
  Sandbox box;
  CHECK(told(box, "syncq fifo show --nonsense") ==
        "syncq fifo show: there is no option '--nonsense'; see `syncq fifo "
        "show --help`\n");
  CHECK(told(box, "syncq run --wiat 5s q -- true") ==
        "syncq run: there is no option '--wiat'; did you mean '--wait'?; see "
        "`syncq run --help`\n");
  CHECK_THAT(told(box, "syncq queue new --capcity=4 --overflow never q"),
             Catch::Contains("no option '--capcity'; did you mean "
                             "'--capacity'?"));
  CHECK_THAT(told(box, "syncq queue push q -x"),
             Catch::Contains("no option '-x'"));
  CHECK_THAT(told(box, "syncq queue each q --unitl-empty -- cat"),
             Catch::Contains("did you mean '--until-empty'?"));
  CHECK(box.daemons_become(0));
}

TEST_CASE("what is missing, given twice or too much is said in plain words") {
  Sandbox box;
  CHECK_THAT(told(box, "syncq fifo show"), Catch::Contains("FIFO is missing"));
  CHECK_THAT(told(box, "syncq fifo rm"), Catch::Contains("FIFO is missing"));
  CHECK_THAT(told(box, "syncq fifo rm a ''"),
             Catch::Contains("FIFO is missing"));
  CHECK_THAT(told(box, "syncq fifo new --name"),
             Catch::Contains("--name needs a value"));
  CHECK_THAT(told(box, "syncq fifo new --name= a"),
             Catch::Contains("--name needs a value"));
  CHECK_THAT(told(box, "syncq fifo ls --no-spawn="),
             Catch::Contains("'--no-spawn=' has no value: write --no-spawn"));
  CHECK_THAT(told(box, "syncq daemon start --tcp-no-token="),
             Catch::Contains("'--tcp-no-token=' has no value"));
  CHECK_THAT(told(box, "syncq fifo new --name a --name b"),
             Catch::Contains("--name is given twice"));
  CHECK_THAT(told(box, "syncq fifo show a -u b"),
             Catch::Contains("FIFO is given twice"));
  CHECK_THAT(told(box, "syncq fifo show a c b 'd e'"),
             Catch::Contains("too many arguments: c b 'd e';"));
  CHECK_THAT(told(box, "syncq fifo ls a"),
             Catch::Contains("too many arguments: a;"));
  CHECK(box.daemons_become(0));
}

TEST_CASE("a flag given twice is as good as one") {
  Sandbox box;
  CHECK(box.ok("syncq --no-spawn version --no-spawn").size() > 0);
}

TEST_CASE("control characters in words of the user stay out of messages") {
  Sandbox box;
  // ESC, a newline, C1 in UTF-8, a right-to-left override, and no UTF-8.
  box.ok(R"(printf 'a\x1b[1m\nb\xc2\x9b\xe2\x80\xae\xff' > evil)");
  const char* const commands[] = {
      "syncq \"$x\"",
      "syncq fifo \"$x\"",
      "syncq fifo ls \"$x\"",
      "syncq fifo ls \"--$x\"",
      "syncq fifo ls -o \"$x\"",
      "syncq fifo show \"$x\"",
      "syncq fifo new --name \"$x\"",
      "syncq fifo new --slots \"$x\"",
      "syncq fifo wait \"$x\" \"$x\"",
      "syncq fifo wait q t --timeout \"$x\"",
      "syncq fifo rm \"$x\"",
      "syncq run \"$x\" -- true",
      "syncq run q \"$x\"",
      "syncq run q -- \"$x\"",
      "syncq run -E \"$x\" q -- true",
      "syncq queue push \"$x\" m",
      "syncq queue push q --type \"$x\" m",
      "syncq queue pop \"$x\"",
      "syncq queue peek q \"$x\"",
      "syncq queue ack q \"$x\"",
      "syncq queue each q \"$x\" -- true",
      "syncq queue pop q --lease \"$x\"",
      "syncq fifo ls -e \"$x\"",
      "syncq fifo ls -e \"unix:/$x\"",
      "syncq fifo ls --no-spawn --socket \"/nowhere/$x\"",
      "SYNCQ_STATE_DIR=\"$PWD/evil/$x\" SYNCQ_SOCKET= syncq fifo ls",
      "SYNCQ_TOKEN_FILE=\"$x\" syncq fifo ls -e http://127.0.0.1:9",
  };
  for (const std::string command : commands) {
    INFO(command);
    Outcome outcome = box.sh("x=$(cat evil); " + command);
    CHECK(count_of(outcome.err, "\n") == 1);
    CHECK(count_of(outcome.err, "\x1b") == 0);
    CHECK(count_of(outcome.err, "\x9b") == 0);
    CHECK(count_of(outcome.err, "\xff") == 0);
    CHECK(count_of(outcome.err, "\u202e") == 0);
  }
}

TEST_CASE("an index that no queue has is told as it was given") {
  Sandbox box;
  box.ok("syncq queue push q one");
  for (const std::string index : {"7", "99999999999999999999"}) {
    Outcome outcome = box.sh("exec syncq queue peek q " + index);
    CHECK(outcome.code() == 1);
    CHECK_THAT(outcome.err, Catch::Contains("index " + index));
  }
}
