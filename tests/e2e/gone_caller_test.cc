// Clients that are gone before the daemon reads their requests.

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <cstring>

#include "tests/e2e/harness/process_table.h"
#include "tests/e2e/harness/sandbox.h"

using namespace syncq::e2e;

namespace {

// Sends a request and is gone.
void ask_and_leave(const Sandbox& box, const std::string& target) {
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, box.socket().c_str(),
               sizeof address.sun_path - 1);
  REQUIRE(connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) ==
          0);
  std::string request = "POST " + target + " HTTP/1.1\r\nHost: x\r\n\r\n";
  REQUIRE(send(fd, request.data(), request.size(), MSG_NOSIGNAL) ==
          static_cast<ssize_t>(request.size()));
  close(fd);
}

}  // namespace

TEST_CASE("a client that leaves unread takes no message and no turn") {
  Sandbox box;
  std::string ticket = box.ok(
      "syncq fifo new --name f >/dev/null; syncq fifo new --name g >/dev/null;"
      "for i in 1 2 3 4; do echo $i; done | syncq queue push q --lines;"
      "syncq fifo ticket f");
  pid_t daemon = box.daemon_pid();
  stop(daemon);
  for (int i = 0; i < 10; ++i) {
    ask_and_leave(box, "/queues/q/head");
    ask_and_leave(box, "/queues/q/head?wait=1m");
    ask_and_leave(box, "/queues/q/head?wait=1m&lease=1m");
    ask_and_leave(box, "/queues/q/tail");
    ask_and_leave(box, "/queues/q/consume/1");
    ask_and_leave(box, "/fifo/f/wait/" + ticket);
    ask_and_leave(box, "/fifo/g/hold?create=true");
  }
  kill(daemon, SIGCONT);
  CHECK(box.get("/queues/q")["queue"]["size"] == 4);
  CHECK(box.get("/queues/q")["queue"]["leased"] == 0);
  CHECK(box.get("/fifo/f")["tickets"][0]["state"] == "ready");
  CHECK(box.get("/fifo/g")["fifo"]["fence"] == 0);
  CHECK(box.ok("syncq fifo wait f " + ticket + "; syncq queue pop q") == "1");
}
