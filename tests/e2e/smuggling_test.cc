// Requests that a proxy could read in another way, as bytes on the socket.

#include <sys/socket.h>
#include <sys/un.h>

#include <catch2/catch.hpp>

#include "common/unique_fd.h"
#include "tests/e2e/harness/sandbox.h"

using namespace syncq::e2e;
using Catch::Contains;
using Catch::EndsWith;

namespace {

// All answers to these bytes, until the daemon closes.
std::string answers(const std::string& path, const std::string& bytes) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  syncq::UniqueFd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  timeval bound{30, 0};
  setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &bound, sizeof bound);
  REQUIRE(connect(fd.get(), reinterpret_cast<sockaddr*>(&address),
                  sizeof address) == 0);
  REQUIRE(send(fd.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
          static_cast<ssize_t>(bytes.size()));
  std::string all;
  char buffer[4096];
  ssize_t count = 0;
  while ((count = recv(fd.get(), buffer, sizeof buffer, 0)) > 0) {
    all.append(buffer, static_cast<std::size_t>(count));
  }
  CHECK(count == 0);
  return all;
}

}  // namespace

TEST_CASE("a request with a frame in doubt is refused, with all behind it") {
  Sandbox box;
  box.ok("syncq daemon start");
  const std::string behind =
      "PUT /queues/smuggled HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nm";
  const std::string chunked = "1\r\na\r\n0\r\n\r\n" + behind;
  const std::vector<std::pair<std::string, std::string>> all = {
      {"Transfer-Encoding: gzip\r\n", chunked},
      {"Transfer-Encoding: chunked, identity\r\n", chunked},
      {"Transfer-Encoding: xchunked\r\n", chunked},
      {"Transfer-Encoding:\r\n", chunked},
      {"Transfer-Encoding: chunked;a=b\r\n", chunked},
      {"Transfer-Encoding\r\n : chunked\r\n", chunked},
      {"Transfer-Encoding : chunked\r\n", chunked},
      {"Transfer-Encoding: \x0b"
       "chunked\r\n",
       chunked},
      {"Transfer-Encoding: chunked\r\nContent-Length: 1\r\n", chunked},
      {"Content-Length: 1\r\nContent-Length: 2\r\n", "a" + behind},
      {"Content-Length: 1, 1\r\n", "a" + behind},
      {"Content-Length: +1\r\n", "a" + behind},
      {"Content-Length: 0x1\r\n", "a" + behind},
      {"Content-Length: 18446744073709551617\r\n", "a" + behind},
      {"A: b\nContent-Length: 1\r\n", "a" + behind},
      {" Content-Length: 1\r\n", "a" + behind},
      {"Host: y\r\nContent-Length: 1\r\n", "a" + behind},
      {"Transfer-Encoding: chunked\r\n", "+1\r\na\r\n0\r\n\r\n" + behind},
      {"Transfer-Encoding: chunked\r\n", "1 \r\na\r\n0\r\n\r\n" + behind},
      {"Transfer-Encoding: chunked\r\n", "1\na\r\n0\r\n\r\n" + behind},
      {"Transfer-Encoding: chunked\r\n",
       "10000000000000001\r\na\r\n0\r\n\r\n" + behind},
      {"Transfer-Encoding: chunked\r\n", "2\r\na\r\n0\r\n\r\n" + behind},
  };
  for (const char* line :
       {"PUT /queues/q", "POST /fifo/f/hold?create=true", "POST /fifo/new"}) {
    for (const auto& [fields, body] : all) {
      INFO(line << "\n" << fields << "\n" << body);
      std::string answer =
          answers(box.socket(), std::string(line) + " HTTP/1.1\r\nHost: x\r\n" +
                                    fields + "\r\n" + body);
      CHECK_THAT(answer, Contains("Connection: close\r\n") ||
                             EndsWith("\"}\n\r\n0\r\n\r\n"));
      CHECK_THAT(answer, !Contains("201 Created"));
    }
  }
  CHECK(box.get("/queues")["count"]["queues"] == 0);
}
