#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "tests/e2e/harness/queue_history.h"
#include "tests/e2e/harness/raw_client.h"
#include "tests/e2e/harness/sandbox.h"

namespace syncq::e2e {

// Clients in threads of their own, and a daemon that is killed and started
// again under them for a while. What they work on outlives it.
class Ordeal {
 public:
  explicit Ordeal(Sandbox& box) : box_(box) {}
  ~Ordeal() { end(); }
  Ordeal(const Ordeal&) = delete;
  Ordeal& operator=(const Ordeal&) = delete;

  // One client, which takes a step again and again until the end. Its thread
  // checks nothing: Catch2 is for one thread.
  template <typename Client>
  void add(Client& client) {
    threads_.emplace_back([this, &client] {
      RawClient connection(box_.socket());
      while (!over_) client.step(connection);
    });
  }
  // Lets them live through it, to their ends.
  void run();

 private:
  void end();

  Sandbox& box_;
  std::atomic<bool> over_ = false;
  std::vector<std::thread> threads_;
};

// Calls it with a sandbox that has a daemon and a queue `q`: once, or again and
// again for as many seconds as SYNCQ_HISTORY_SECONDS says.
void repeat_ordeal(const std::function<void(Sandbox&)>& round);

// Posts until there is an answer, for half a minute: for what may be asked
// again. `called` is when it was asked first.
Call insist(RawClient& client, const std::string& target);

// A random one.
std::string new_uuid(std::mt19937_64& random);

// The answers that no client should get.
class Oddities {
 public:
  void add(const std::string& what, const Call& call);
  const std::string& all() const { return all_; }

 private:
  std::mutex mutex_;
  std::string all_;
};

// Puts messages of its own name onto `q`.
class Pusher {
 public:
  Pusher(std::string name, std::vector<Push>& pushes, Oddities& oddities)
      : name_(std::move(name)), all_(pushes), oddities_(oddities) {}

  void step(RawClient& client);

 private:
  std::string name_;
  std::vector<Push>& all_;
  Oddities& oddities_;
};

}  // namespace syncq::e2e
