// The loop iteration that SIGTERM comes in is like any other.

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>

#include "tests/e2e/harness/process_table.h"
#include "tests/e2e/harness/sandbox.h"

using namespace syncq::e2e;
using Catch::Contains;

namespace {

// A connection that the daemon knows, so that it reads the next request and the
// signal in the same iteration.
class KeptOpen {
 public:
  explicit KeptOpen(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    fd_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    timeval bound{60, 0};
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &bound, sizeof bound);
    REQUIRE(connect(fd_, reinterpret_cast<sockaddr*>(&address),
                    sizeof address) == 0);
    send("GET /version HTTP/1.1\r\nHost: x\r\n\r\n");
    REQUIRE_THAT(receive(), Contains("200 OK"));
  }
  ~KeptOpen() { close(fd_); }
  KeptOpen(const KeptOpen&) = delete;
  KeptOpen& operator=(const KeptOpen&) = delete;

  void send(const std::string& bytes) {
    REQUIRE(write(fd_, bytes.data(), bytes.size()) ==
            static_cast<ssize_t>(bytes.size()));
  }
  std::string receive() {
    char buffer[4096];
    ssize_t count = read(fd_, buffer, sizeof buffer);
    return count > 0 ? std::string(buffer, static_cast<std::size_t>(count))
                     : "";
  }

 private:
  int fd_;
};

}  // namespace

TEST_CASE(
    "what is pushed in the iteration of SIGTERM is in its queue afterwards") {
  Sandbox box;
  box.ok("syncq queue push q a");
  pid_t daemon = box.daemon_pid();
  KeptOpen client(box.socket());
  stop(daemon);
  client.send(
      "PUT /queues/q HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nb");
  kill(daemon, SIGTERM);
  kill(daemon, SIGCONT);
  CHECK_THAT(client.receive(), Contains("201 Created"));
  REQUIRE(box.daemons_become(0));
  CHECK(box.ok("syncq queue show q -o json | jq .queue.size") == "2");
  box.ok("syncq queue push q c");
  CHECK(box.ok("for i in 1 2 3; do syncq queue pop q; done | tr -d '\\n'") ==
        "abc");
}
