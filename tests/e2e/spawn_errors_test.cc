// The reason why a daemon does not start reaches the client that wanted it;
// none is started if none may be.

#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "tests/e2e/harness/sandbox.h"

using namespace syncq::e2e;
using Catch::Contains;

namespace {

// Bytes 60 to 63 of the file: SQLite's user_version, big endian
// (https://www.sqlite.org/fileformat2.html, 1.3).
void set_schema_version(Sandbox& box, const std::string& bytes) {
  box.ok("printf '" + bytes +
         "' | dd of=state/syncq.db bs=1 seek=60 conv=notrunc status=none");
}

}  // namespace

TEST_CASE("a state directory that can't be made: the client says so") {
  Sandbox box;
  box.env()["SYNCQ_STATE_DIR"] = "/proc/nobody/can";
  Outcome run = box.sh("exec syncq run q -- echo ran");
  CHECK(run.code() == 125);
  CHECK(run.out.empty());
  CHECK_THAT(run.err, Contains("/proc/nobody"));
  CHECK_THAT(run.err, Contains("SYNCQ_STATE_DIR"));
  CHECK(box.sh("exec syncq fifo new").code() == 1);
  CHECK(box.daemons_become(0));
}

TEST_CASE("a socket that can't be made: the daemon's error is the client's") {
  Sandbox box;
  box.env()["SYNCQ_SOCKET"] = box.path("no/such/dir/s");
  Outcome outcome = box.sh("exec syncq fifo new");
  CHECK(outcome.code() == 1);
  CHECK_THAT(outcome.err, Contains("no/such/dir/s"));
  CHECK_THAT(outcome.err, Contains("No such file or directory"));
  CHECK(box.daemons_become(0));
}

TEST_CASE("a file in the socket's place is not removed") {
  Sandbox box;
  write_file(box.socket(), "precious");
  Outcome outcome = box.sh("exec syncq fifo new");
  CHECK(outcome.code() == 1);
  CHECK(read_file(box.socket()) == "precious");
}

TEST_CASE("a corrupt store is reported and kept") {
  Sandbox box;
  mkdir(box.state_dir().c_str(), 0700);
  std::string garbage(8192, 'x');
  write_file(box.path("state/syncq.db"), garbage);
  Outcome outcome = box.sh("exec syncq fifo new");
  CHECK(outcome.code() == 1);
  CHECK_THAT(outcome.err, Contains("state/syncq.db"));
  CHECK(read_file(box.path("state/syncq.db")) == garbage);
  CHECK(box.daemons_become(0));
}

TEST_CASE("a store of a newer syncq is refused and kept") {
  Sandbox box;
  std::string fifo = box.ok("syncq fifo new --name kept");
  box.ok("syncq daemon stop");
  std::string version = box.ok("od -An -tu1 -j60 -N4 state/syncq.db");
  set_schema_version(box, "\\000\\000\\017\\000");
  Outcome outcome = box.sh("exec syncq fifo ls");
  CHECK(outcome.code() == 1);
  CHECK_THAT(outcome.err, Contains("newer"));
  CHECK(box.daemons_become(0));
  // With its own version again, nothing is missing.
  set_schema_version(box,
                     "\\000\\000\\000\\00" + std::string(1, version.back()));
  CHECK(box.ok("syncq fifo ls -o json | jq -r '.fifos[].uuid'") == fifo);
}

TEST_CASE("option --no-spawn and SYNCQ_NO_SPAWN start nothing") {
  Sandbox box;
  for (const char* script :
       {"exec syncq fifo ls --no-spawn", "exec syncq --no-spawn fifo ls",
        "export SYNCQ_NO_SPAWN=1; exec syncq fifo ls"}) {
    Outcome outcome = box.sh(script);
    CHECK(outcome.code() == 1);
    CHECK_THAT(outcome.err, Contains("no-spawn"));
  }
  CHECK(box.sh("exec syncq run --no-spawn q -- true").code() == 125);
  CHECK(box.daemons_become(0));
  CHECK_FALSE(exists(box.socket()));
  box.ok("syncq daemon start && syncq --no-spawn fifo ls");
}

TEST_CASE("a bad setting of the daemon is the client's error") {
  Sandbox box;
  for (const char* name : {"SYNCQ_DURABILITY", "SYNCQ_LOG_LEVEL",
                           "SYNCQ_IDLE_EXIT", "SYNCQ_MAX_MESSAGE"}) {
    box.env()[name] = "loud";
    Outcome outcome = box.sh("exec syncq fifo ls");
    CHECK(outcome.code() == 1);
    CHECK_THAT(outcome.err, Contains(name) && Contains("loud"));
    box.env().erase(name);
  }
}
