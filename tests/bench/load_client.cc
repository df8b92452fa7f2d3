#include "tests/bench/load_client.h"

#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <stdexcept>

#include "common/unique_fd.h"

namespace syncq::bench {
namespace {

using Clock = std::chrono::steady_clock;

struct Client {
  UniqueFd fd;
  std::string out;
  std::size_t sent = 0;
  std::string in;
  Clock::time_point started;
};

[[noreturn]] void fail(const char* doing) {
  throw std::runtime_error(fmt::format("{}: {}", doing, std::strerror(errno)));
}

UniqueFd connect_to(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  UniqueFd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd || connect(fd.get(), reinterpret_cast<sockaddr*>(&address),
                     sizeof address) != 0) {
    fail("connecting");
  }
  return fd;
}

// True once everything is sent.
bool send_some(Client& client) {
  while (client.sent < client.out.size()) {
    ssize_t done =
        send(client.fd.get(), client.out.data() + client.sent,
             client.out.size() - client.sent, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (done < 0 && errno == EAGAIN) return false;
    if (done < 0) fail("sending");
    client.sent += static_cast<std::size_t>(done);
  }
  return true;
}

class Run {
 public:
  Run(const Load& load, const Protocol& protocol)
      : load_(load), protocol_(protocol), body_(load.size, 'x') {
    epoll_ = UniqueFd(epoll_create1(EPOLL_CLOEXEC));
    clients_.resize(std::min(load.connections, load.operations));
    times_.reserve(load.operations);
    for (Client& client : clients_) {
      client.fd = connect_to(load.socket);
      epoll_event event{EPOLLIN, {.ptr = &client}};
      epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, client.fd.get(), &event);
    }
  }

  std::vector<std::int64_t> all() {
    for (Client& client : clients_) next(client);
    while (times_.size() < load_.operations) {
      epoll_event events[256];
      int ready = epoll_wait(epoll_.get(), events, 256, 30'000);
      if (ready == 0) throw std::runtime_error("no answer for 30 seconds");
      for (int i = 0; i < ready; ++i) {
        advance(*static_cast<Client*>(events[i].data.ptr), events[i].events);
      }
    }
    return std::move(times_);
  }

 private:
  void next(Client& client) {
    if (started_ == load_.operations) return;
    client.out = protocol_.request(load_.operation, body_, started_++);
    client.sent = 0;
    client.started = Clock::now();
    if (!send_some(client)) watch(client, EPOLLIN | EPOLLOUT);
  }
  void watch(Client& client, std::uint32_t what) {
    epoll_event event{what, {.ptr = &client}};
    epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, client.fd.get(), &event);
  }
  void advance(Client& client, std::uint32_t what) {
    if ((what & EPOLLOUT) != 0 && send_some(client)) watch(client, EPOLLIN);
    if ((what & ~static_cast<std::uint32_t>(EPOLLOUT)) == 0) return;
    char buffer[65536];
    ssize_t length = recv(client.fd.get(), buffer, sizeof buffer, MSG_DONTWAIT);
    if (length < 0 && errno == EAGAIN) return;
    if (length <= 0) throw std::runtime_error("the server hung up");
    client.in.append(buffer, static_cast<std::size_t>(length));
    auto whole = protocol_.answer(client.in);
    if (!whole) return;
    client.in.erase(0, *whole);
    times_.push_back((Clock::now() - client.started).count());
    next(client);
  }

  const Load& load_;
  const Protocol& protocol_;
  std::string body_;
  UniqueFd epoll_;
  std::vector<Client> clients_;
  std::size_t started_ = 0;
  std::vector<std::int64_t> times_;
};

}  // namespace

std::vector<std::int64_t> run_load(const Load& load, const Protocol& protocol) {
  return Run(load, protocol).all();
}

}  // namespace syncq::bench
