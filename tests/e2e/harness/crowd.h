#pragma once

#include <string>
#include <vector>

namespace syncq::e2e {

// Connections that send these bytes and read nothing, until destroyed.
class Crowd {
 public:
  Crowd(const std::string& socket, int count, const std::string& bytes);
  ~Crowd();
  Crowd(const Crowd&) = delete;
  Crowd& operator=(const Crowd&) = delete;

 private:
  std::vector<int> fds_;
};

}  // namespace syncq::e2e
