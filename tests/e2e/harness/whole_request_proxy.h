#pragma once

#include <atomic>
#include <list>
#include <string>
#include <thread>

namespace syncq::e2e {

// A reverse proxy on a loopback port, with a daemon's socket behind it, that
// reads a request to its end before it passes it on, as many do.
class WholeRequestProxy {
 public:
  explicit WholeRequestProxy(std::string to);
  ~WholeRequestProxy();
  WholeRequestProxy(const WholeRequestProxy&) = delete;
  WholeRequestProxy& operator=(const WholeRequestProxy&) = delete;

  int port() const { return port_; }
  // Loses the next answers: the daemon gets the requests, the client nothing.
  void lose_answers(int count) { to_lose_ = count; }

 private:
  void serve();
  void relay(int caller);

  std::string to_;
  int port_ = 0;  // declared before the listener, which sets it
  int listener_;
  std::atomic<bool> over_ = false;
  std::atomic<int> to_lose_ = 0;
  std::list<std::thread> relays_;
  std::thread thread_;
};

// A loopback port with no listener right now.
int free_port();

}  // namespace syncq::e2e
