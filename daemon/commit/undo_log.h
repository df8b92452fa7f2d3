#pragma once

#include <functional>
#include <utility>
#include <vector>

namespace syncq {

// How to take back the changes that a transaction has made in memory: each
// change pushes its inverse. One thread.
class UndoLog {
 public:
  // May throw std::bad_alloc alone: the daemon ends then, and the next one
  // reads what is stored. One that captures no more than two words takes no
  // memory of its own.
  using Inverse = std::function<void()>;

  void push(Inverse inverse) { inverses_.push_back(std::move(inverse)); }
  // Committed: the changes stay.
  void clear() { inverses_.clear(); }
  // Aborted: takes them back, the last one first.
  void undo() {
    while (!inverses_.empty()) {
      Inverse inverse = std::move(inverses_.back());
      inverses_.pop_back();
      inverse();
    }
  }
  std::size_t size() const { return inverses_.size(); }

 private:
  std::vector<Inverse> inverses_;
};

}  // namespace syncq
