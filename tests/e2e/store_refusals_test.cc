// A state that no daemon can serve: each client says what is wrong and what to
// do, nothing is changed, and nothing is left behind.

#include <catch2/catch.hpp>

#include "tests/e2e/harness/sandbox.h"
#include "tests/skip.h"

using namespace syncq::e2e;
using Catch::Contains;

namespace {

// All of the state directory, what locks and logs say apart.
std::string state_of(Sandbox& box) {
  return box.ok(
      "find state ! -name '*.lock' ! -name daemon.log ! -type s "
      "\\( -type d -printf '%p %m %U\\n' -o -printf '%p %m %U %s\\n' \\) | "
      "sort; find state -name 'syncq.db*' -type f | sort | "
      "xargs -r sha256sum");
}

// How a client begins: "" for this user.
void check_refused(Sandbox& box, const std::vector<std::string>& words,
                   const std::string& as = "") {
  const std::string before = state_of(box);
  for (const auto& [command, code] :
       std::map<std::string, int>{{"run q -- touch ran", 125},
                                  {"queue push q m", 1},
                                  {"fifo ls", 1},
                                  {"daemon start", 1}}) {
    Outcome outcome = box.sh("exec " + as + "syncq " + command);
    INFO(command << ": " << outcome.err);
    CHECK(outcome.code() == code);
    CHECK(outcome.out.empty());
    // One line, of the caller's own words.
    CHECK(count_of(outcome.err, "\n") == 1);
    for (const std::string& word : words)
      CHECK_THAT(outcome.err, Contains(word));
  }
  CHECK_FALSE(exists(box.path("ran")));
  CHECK_FALSE(exists(box.socket()));
  CHECK(box.daemons_become(0));
  CHECK(state_of(box) == before);
}

// A store with messages on many pages, without a daemon.
void make_store(Sandbox& box) {
  box.ok("seq 20000 | syncq queue push --lines jobs; syncq daemon stop");
}

}  // namespace

TEST_CASE("a store of random bytes is refused and kept") {
  Sandbox box;
  box.ok("mkdir -m 700 state; head -c 20000 /dev/urandom > state/syncq.db");
  box.ok("chmod 600 state/syncq.db");
  check_refused(box, {"state/syncq.db", "syncq doctor --repair"});
}

TEST_CASE(
    "a store that was cut off is refused, and what is left can be saved") {
  Sandbox box;
  make_store(box);
  box.ok("truncate -s -16384 state/syncq.db");
  check_refused(box, {"state/syncq.db", "syncq doctor --repair"});
  box.ok("syncq doctor --repair");
  CHECK(box.ok("syncq queue pop jobs") == "1");
}

TEST_CASE("a store whose header alone is left is refused and kept") {
  Sandbox box;
  make_store(box);
  box.ok("truncate -s 100 state/syncq.db");
  check_refused(box, {"state/syncq.db", "syncq doctor --repair"});
}

TEST_CASE("another program's database is refused and kept") {
  Sandbox box;
  make_store(box);
  // SQLite's application_id (sqlite.org/fileformat2.html, 1.3).
  box.ok(
      "printf GPKG | dd of=state/syncq.db bs=1 seek=68 conv=notrunc "
      "status=none");
  check_refused(box, {"state/syncq.db", "another program's", "move it away"});
}

TEST_CASE("a store of a newer syncq is refused by every command") {
  Sandbox box;
  make_store(box);
  box.ok(
      "printf '\\0\\0\\017\\0' | dd of=state/syncq.db bs=1 seek=60 "
      "conv=notrunc status=none");
  check_refused(box, {"state/syncq.db", "newer", "SYNCQ_STATE_DIR"});
}

TEST_CASE("a directory in the socket's place is refused and kept") {
  Sandbox box;
  box.ok("mkdir s; touch s/precious");
  for (const auto& [command, code] : std::map<std::string, int>{
           {"run q -- touch ran", 125}, {"queue push q m", 1}}) {
    Outcome outcome = box.sh("exec syncq " + command);
    INFO(outcome.err);
    CHECK(outcome.code() == code);
    CHECK_THAT(outcome.err, Contains(box.socket() + ": ") &&
                                Contains("a directory") &&
                                Contains("move it away"));
  }
  CHECK(exists(box.path("s/precious")));
  CHECK_FALSE(exists(box.path("ran")));
  CHECK(box.daemons_become(0));
}

TEST_CASE("a state directory that others own or that is closed is refused") {
  Sandbox box;
  make_store(box);
  SECTION("closed to its owner") {
    box.ok("chmod 0 state");
    Outcome outcome = box.sh("exec syncq run q -- touch ran");
    CHECK(outcome.code() == 125);
    CHECK_THAT(outcome.err, Contains("chmod 700 " + box.state_dir()));
    CHECK(box.sh("exec syncq queue push jobs m").code() == 1);
    CHECK(box.daemons_become(0));
    box.ok("chmod 700 state");
  }
  SECTION("another user's") {
    if (!is_root()) {
      syncq::skip("only root can give a directory away");
      return;
    }
    box.ok("chown 12345 state");
    check_refused(box, {box.state_dir(), "user 12345"});
    box.ok("chown 0 state");
  }
  CHECK_FALSE(exists(box.path("ran")));
  CHECK(box.ok("syncq queue pop jobs") == "1");
}
