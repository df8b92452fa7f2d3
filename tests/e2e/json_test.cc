// -o json of commands that the daemon gives no document for.

#include <catch2/catch.hpp>

#include "tests/e2e/harness/sandbox.h"

using namespace syncq::e2e;
using Catch::Contains;

TEST_CASE("what is removed is told as JSON, in part if some fails") {
  Sandbox box;
  box.ok("syncq fifo new --name a; syncq fifo new --name b");
  CHECK(box.ok("syncq fifo rm -q a none -o json") ==
        R"({"removed":["a"],"absent":["none"]})");
  Outcome part = box.sh("syncq fifo rm -q b '?' -o json");
  CHECK(part.code() != 0);
  CHECK(part.out == "{\"removed\":[\"b\"],\"absent\":[]}\n");
  box.ok("syncq queue push jobs one two three");
  std::string id =
      box.ok("syncq queue show jobs -o json | jq -r '.messages[0].id'");
  CHECK(box.sh("syncq queue delete jobs " + id + " 9-9 -o json").out ==
        "{\"removed\":[\"" + id + "\"]}\n");
  CHECK(box.ok("syncq queue purge -qy jobs -o json") == R"({"messages":2})");
  CHECK(box.ok("syncq queue rm -q jobs jobs -o json") ==
        R"({"removed":["jobs"],"absent":["jobs"]})");
}

TEST_CASE("all that are cancelled are in one document") {
  Sandbox box;
  box.ok("syncq fifo new --name q; syncq fifo pause q");
  std::string one = box.ok("syncq fifo ticket q");
  std::string two = box.ok("syncq fifo ticket q");
  std::string three = box.ok("syncq fifo ticket q");
  CHECK(box.ok("syncq fifo cancel q 2 -o json") ==
        R"({"cancelled":[")" + two + R"("]})");
  CHECK(box.ok("syncq fifo cancel q --all -o json") ==
        R"({"cancelled":[")" + one + R"(",")" + three + R"("]})");
  CHECK(box.ok("syncq fifo cancel q --all -o json") == R"({"cancelled":[]})");
}

TEST_CASE("the log as JSON has a line for each of its lines") {
  Sandbox box;
  box.ok("syncq daemon start; syncq daemon stop");
  box.ok("printf 'a \\377 rest\\n' >>state/daemon.log");
  std::string log = box.ok("syncq daemon logs");
  CHECK(box.ok("syncq daemon logs -o json | jq -r 'if .time then \"\\(.time) "
               "\\(.level) \\(.text)\" else .text end' | head -n -1") +
            "\n" ==
        log.substr(0, log.rfind('\n') + 1));
  CHECK(box.ok("syncq daemon logs -n 1 -o json") ==
        "{\"time\":null,\"level\":null,\"text\":\"a \xef\xbf\xbd rest\"}");
}

TEST_CASE("token, completion and repair know -o json, wherever it stands") {
  Sandbox box;
  CHECK(box.ok("syncq -o json daemon token | jq -r .token") ==
        box.ok("syncq daemon token"));
  CHECK(box.ok("syncq -o json completion zsh | jq -j .script") ==
        box.ok("syncq completion zsh"));
  CHECK_THAT(box.ok("syncq doctor --repair -o json"),
             Contains(R"({"repaired":false,"report":[")"));
}

TEST_CASE("a daemon that does not run has no document") {
  Sandbox box;
  Outcome none = box.sh("syncq daemon status -o json");
  CHECK(none.code() == 1);
  CHECK(none.out.empty());
  CHECK_THAT(none.err, Contains("no daemon runs"));
}
