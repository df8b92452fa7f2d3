#pragma once

#include <functional>
#include <optional>

#include "common/clock.h"
#include "common/patience.h"

namespace syncq {

// Returns the process's free memory to the system after a while without work:
// what a large queue needed must not stay until the idle exit. Not at once: it
// takes milliseconds, and a busy daemon will need the memory again. One thread.
class IdleTrim {
 public:
  inline static const Duration kQuiet = patience(std::chrono::seconds(5));

  explicit IdleTrim(std::function<void()> give_back)
      : give_back_(std::move(give_back)) {}

  // Something was asked for, or changed.
  void used(Instant now) { due_ = now + kQuiet; }
  // When to call tick() next.
  std::optional<Instant> due() const { return due_; }
  void tick(Instant now) {
    if (!due_ || now < *due_) return;
    due_.reset();
    give_back_();
  }

 private:
  std::function<void()> give_back_;
  std::optional<Instant> due_;
};

// What the daemon passes as `give_back`.
void trim_free_memory();

}  // namespace syncq
