// What `syncq top` sends, to a daemon that does not answer.

#include "cli/top/top_requests.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <catch2/catch.hpp>

#include <chrono>
#include <vector>

#include "cli/base/failure.h"
#include "cli/top/actions.h"
#include "common/unique_fd.h"

namespace syncq {
namespace {

// A port of this machine that takes no more connections: the line of those that
// nobody accepts is full.
class SilentPort {
 public:
  SilentPort() {
    address_.sin_family = AF_INET;
    address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address_;
    REQUIRE(bind(listener_.get(), address(), size) == 0);
    REQUIRE(listen(listener_.get(), 0) == 0);
    REQUIRE(getsockname(listener_.get(), address(), &size) == 0);
    constexpr int kMoreThanFit = 4;
    for (int i = 0; i < kMoreThanFit; ++i) {
      callers_.push_back(make_socket());
      static_cast<void>(connect(callers_.back().get(), address(), size));
    }
  }

  std::string endpoint() const {
    return "http://127.0.0.1:" + std::to_string(ntohs(address_.sin_port));
  }

 private:
  static UniqueFd make_socket() {
    return UniqueFd(
        socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  }
  sockaddr* address() { return reinterpret_cast<sockaddr*>(&address_); }

  sockaddr_in address_{};
  UniqueFd listener_ = make_socket();
  std::vector<UniqueFd> callers_;
};

TEST_CASE("A daemon that is out of reach does not keep the keys for long",
          "[top]") {
  SilentPort port;
  ClientOptions options;
  options.endpoint = port.endpoint();
  options.no_spawn = true;
  Client client(options);
  auto begun = std::chrono::steady_clock::now();
  SECTION("a request") {
    TopControl control;
    TopRequests requests(client, control);
    TopRequest request;
    request.method = "POST";
    request.target = RequestTarget("/fifo/deploy/pause");
    requests.send(request);
    CHECK(control.is_refusal());
    CHECK_THAT(control.notice(), Catch::Contains("connecting to the daemon"));
  }
  SECTION("the way back") {
    CHECK_THROWS_AS(client.connect(reach_by(client.target())), Failure);
  }
  // Else 10 seconds.
  CHECK(std::chrono::steady_clock::now() - begun < std::chrono::seconds(5));
}

}  // namespace
}  // namespace syncq
