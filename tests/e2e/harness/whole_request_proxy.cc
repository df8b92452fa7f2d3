#include "tests/e2e/harness/whole_request_proxy.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <stdexcept>

namespace syncq::e2e {
namespace {

constexpr int kTickMs = 50;

int listen_on_loopback(int& port) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (bind(fd, generic, size) != 0 || listen(fd, 64) != 0 ||
      getsockname(fd, generic, &size) != 0) {
    throw std::runtime_error("listening on loopback");
  }
  port = ntohs(address.sin_port);
  return fd;
}

int connect_to(const std::string& path) {
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  if (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) {
    return fd;
  }
  close(fd);
  return -1;
}

bool is_whole(const std::string& request) {
  std::size_t head = request.find("\r\n\r\n");
  if (head == request.npos) return false;
  if (request.find("Transfer-Encoding: chunked") < head) {
    return request.ends_with("0\r\n\r\n");
  }
  constexpr char kLength[] = "Content-Length: ";
  std::size_t length = request.find(kLength);
  if (length > head) return true;
  std::size_t body = std::stoul(request.substr(length + sizeof kLength - 1));
  return request.size() >= head + 4 + body;
}

}  // namespace

int free_port() {
  int port = 0;
  close(listen_on_loopback(port));
  return port;
}

WholeRequestProxy::WholeRequestProxy(std::string to)
    : to_(std::move(to)), listener_(listen_on_loopback(port_)) {
  thread_ = std::thread([this] { serve(); });
}

WholeRequestProxy::~WholeRequestProxy() {
  over_ = true;
  shutdown(listener_, SHUT_RDWR);
  thread_.join();
  for (std::thread& relay : relays_) relay.join();
  close(listener_);
}

void WholeRequestProxy::serve() {
  for (;;) {
    int caller = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (caller < 0) return;
    relays_.emplace_back([this, caller] {
      relay(caller);
      close(caller);
    });
  }
}

void WholeRequestProxy::relay(int caller) {
  std::string request;
  char buffer[4096];
  int daemon = -1;
  while (!over_) {
    pollfd ready[2] = {{caller, POLLIN, 0}, {daemon, POLLIN, 0}};
    poll(ready, 2, kTickMs);
    if (ready[0].revents != 0) {
      ssize_t count = recv(caller, buffer, sizeof buffer, 0);
      if (count <= 0) break;
      request.append(buffer, static_cast<std::size_t>(count));
      if (!is_whole(request)) continue;
      if (daemon < 0) daemon = connect_to(to_);
      if (daemon < 0) break;
      send(daemon, request.data(), request.size(), MSG_NOSIGNAL);
      request.clear();
    }
    if (daemon < 0 || ready[1].revents == 0) continue;
    ssize_t count = recv(daemon, buffer, sizeof buffer, 0);
    if (count <= 0) break;
    if (to_lose_ > 0) {
      --to_lose_;
      break;
    }
    send(caller, buffer, static_cast<std::size_t>(count), MSG_NOSIGNAL);
  }
  if (daemon >= 0) close(daemon);
}

}  // namespace syncq::e2e
