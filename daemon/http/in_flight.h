#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace syncq {

// Anything up to this size is taken as long as anything is, and is not shared.
inline constexpr std::size_t kSmall = 64 * 1024;

// The bytes that connections hold: requests that are not whole yet, and
// answers that are not sent yet. One budget for all of them. One thread.
class InFlight {
 public:
  explicit InFlight(std::size_t limit) : limit_(limit) {}

  // Whether there is room for `size` more beside all but `own`, which the asker
  // has counted. The last eighth is for small ones: clients that send or read
  // large ones can't keep out a `done`.
  bool admits(std::size_t size, std::size_t own = 0) const;
  bool full() const { return used_ >= limit_; }
  std::size_t used() const { return used_; }

  // Replaces what a connection has counted with `now`.
  void count(std::size_t& counted, std::size_t now);

  // The text, counted for as long as it is held, and kept once however many ask
  // for the same. `id`: a text with the same id may be the same.
  std::shared_ptr<const std::string> share(std::string text,
                                           std::string_view id);

 private:
  std::size_t limit_;
  std::size_t used_ = 0;
  std::map<std::string, std::weak_ptr<const std::string>, std::less<>> shared_;
};

}  // namespace syncq
