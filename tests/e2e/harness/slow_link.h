#pragma once

#include <atomic>
#include <string>
#include <thread>

namespace syncq::e2e {

// A Unix socket that leads to another, with a daemon behind it, over a link as
// slow as one to a distant machine. One connection at a time.
class SlowLink {
 public:
  // Answers come at no more than `rate` bytes per second.
  SlowLink(const std::string& from, std::string to, int rate);
  ~SlowLink();
  SlowLink(const SlowLink&) = delete;
  SlowLink& operator=(const SlowLink&) = delete;

 private:
  void serve();
  void relay(int caller, int daemon);

  std::string from_;
  std::string to_;
  int rate_;
  int listener_;
  std::atomic<bool> over_ = false;
  std::thread thread_;
};

}  // namespace syncq::e2e
