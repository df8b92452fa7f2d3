#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace syncq {

// What is no more than this is always taken as long as anything is, and is
// not shared.
inline constexpr std::size_t kSmall = 64 * 1024;

// The bytes that connections hold: requests that are not whole yet, and
// answers that are not sent yet. One budget for all of them. One thread.
class InFlight {
 public:
  explicit InFlight(std::size_t limit) : limit_(limit) {}

  // Whether there is room for so many more beside all but `own`, which the
  // asker has counted. The last eighth is for small ones: whoever sends or
  // reads large ones can't keep out a `done`.
  bool admits(std::size_t size, std::size_t own = 0) const;
  bool full() const { return used_ >= limit_; }
  std::size_t used() const { return used_; }

  // Replaces what a connection has counted by `now`.
  void count(std::size_t& counted, std::size_t now);

  // The text for as long as somebody holds it; counted, and held once however
  // many ask for the same. `id`: a text with the same id may be the same.
  std::shared_ptr<const std::string> share(std::string text,
                                           std::string_view id);

 private:
  std::size_t limit_;
  std::size_t used_ = 0;
  std::map<std::string, std::weak_ptr<const std::string>, std::less<>> shared_;
};

}  // namespace syncq
