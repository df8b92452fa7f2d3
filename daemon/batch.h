#pragma once

#include <exception>
#include <functional>
#include <new>
#include <vector>

#include "common/result.h"
#include "daemon/store.h"

namespace syncq {

// One connection's answers of this turn, ready to be sent.
class Staged {
 public:
  virtual ~Staged() = default;
  // The turn is committed: send.
  virtual void release() = 0;
  // The turn is lost: each answer becomes this error.
  virtual void fail(const Refusal& why) = 0;
};

// Group commit: all that one loop turn writes is one transaction, and no
// answer of the turn leaves before it is on disk. One thread.
class Batch {
 public:
  // `lost` is called when the turn's writes are undone, before the answers
  // of the turn fail; `kept` when they are on disk. The transactions are
  // committed in this order: the durable ones first, so that what follows
  // can still be undone.
  Batch(std::vector<Transactions*> transactions, std::function<void()> kept,
        std::function<void(const StoreError&)> lost);

  // Runs a piece of the turn's work. Where it throws StoreError, or runs out of
  // memory, the turn so far is lost, and the refusal to answer this piece with
  // is returned; what comes later in the turn starts afresh.
  template <typename Work>
  Result<> attempt(Work&& work) {
    try {
      work();
      return Nothing{};
    } catch (const StoreError& error) {
      return lose(error);
    } catch (const std::bad_alloc&) {
      return lose({ErrorCode::kStoreFailed, "there is no memory left"});
    }
  }

  // Each Staged at most once a turn. `promise`: what an answer of this turn
  // says must outlive power loss, so the commit must wait for the disk.
  void stage(Staged& staged);
  void promise() { promised_ = true; }
  bool promised() const { return promised_; }
  std::size_t staged() const { return staged_.size(); }
  void unstage(Staged& staged);

  // The end of the turn. False where it was lost.
  bool finish();

 private:
  Refusal lose(const StoreError& error);
  void release();

  std::vector<Transactions*> transactions_;
  std::function<void()> kept_;
  std::function<void(const StoreError&)> lost_;
  std::vector<Staged*> staged_;
  std::vector<Staged*> releasing_;  // kept for its memory
  bool promised_ = false;
};

}  // namespace syncq
