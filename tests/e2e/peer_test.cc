// Another user of the machine is neither served nor made to start a daemon.

#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "tests/e2e/harness/sandbox.h"
#include "tests/e2e/harness/tested_build.h"
#include "tests/skip.h"

using namespace syncq::e2e;

namespace {

constexpr const char* kAsNobody =
    "setpriv --reuid=65534 --regid=65534 --clear-groups ";

}  // namespace

TEST_CASE("EACCES on the socket starts no second daemon") {
  Sandbox box;
  box.ok("syncq daemon start");
  chmod(box.dir().c_str(), 0755);
  // Root may connect to anything; its files of mode 0 keep others out.
  box.ok("chmod 0 s && mkdir -m 777 other");
  std::string become;
  if (is_root()) {
    become = kAsNobody;
    box.ok("cp --remove-destination " + syncq_program() +
           " bin/syncq && chmod 755 bin bin/syncq");
  }
  Outcome outcome = box.sh("exec " + become +
                           "env HOME=$PWD/other "
                           "SYNCQ_STATE_DIR=$PWD/other/state syncq fifo ls");
  CHECK(outcome.code() == 1);
  CHECK_THAT(outcome.err, Catch::Contains("Permission denied"));
  CHECK_FALSE(exists(box.path("other/state")));
  CHECK(box.daemons_become(1));
}

TEST_CASE("a peer of another user is refused and logged") {
  if (!is_root()) {
    syncq::skip("only root can be another user");
    return;
  }
  Sandbox box;
  box.ok("syncq daemon start");
  chmod(box.dir().c_str(), 0755);
  box.ok("chmod 777 s");
  Outcome outcome =
      box.sh(std::string("exec ") + kAsNobody +
             "curl -sS --max-time 20 --unix-socket s http://localhost/status");
  CHECK(outcome.code() != 0);
  CHECK(outcome.code() != 28);  // curl's "timed out"
  CHECK(outcome.out.empty());
  CHECK(eventually([&] {
    return box.log_count("refused a connection of user 65534") == 1;
  }));
  // Its owner is served as before.
  box.ok("curl -sSf --unix-socket s http://localhost/status");
}
