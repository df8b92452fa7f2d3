#pragma once

#include <cstdint>
#include <exception>
#include <functional>
#include <new>
#include <optional>
#include <string>
#include <vector>

#include "common/result.h"
#include "daemon/commit/transactions.h"

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

// What has become of a turn.
enum class Outcome {
  kCommitted,  // its writes stay, its answers are sent
  kAborted,    // its writes are undone, its answers are errors
  kUnknown,    // a sync failed: its answers are never sent, the process ends
};

// Group commit: all that one loop turn writes is one transaction, and no
// answer of the turn leaves before it is on disk. One thread.
class Batch {
 public:
  // `lost` is called when the turn's writes are undone, before the answers
  // of the turn fail; `kept` when they are on disk. The transactions are
  // committed in this order: after the first, none may fail.
  Batch(std::vector<Transactions*> transactions, std::function<void()> kept,
        std::function<void(const StoreError&)> lost);

  // Runs a piece of the turn's work. Where it throws StoreError, or runs out of
  // memory, the turn so far is lost, and the refusal to answer this piece with
  // is returned; what comes later in the turn starts afresh. After SyncFailed
  // nothing is done any more, and the refusal never leaves.
  template <typename Work>
  Result<> attempt(Work&& work) {
    if (unknown_) return unknown();
    try {
      work();
      return Nothing{};
    } catch (const SyncFailed& error) {
      unknown_ = error.what();
      return unknown();
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

  // How many turns were lost.
  std::uint64_t losses() const { return losses_; }

  // The end of the turn. After kUnknown there is no other.
  Outcome finish();
  // Why the outcome is unknown.
  const std::string& failure() const { return *unknown_; }

 private:
  void commit();
  Refusal unknown() const { return {ErrorCode::kStoreFailed, *unknown_}; }
  Refusal lose(const StoreError& error);
  void release();

  std::vector<Transactions*> transactions_;
  std::function<void()> kept_;
  std::function<void(const StoreError&)> lost_;
  std::vector<Staged*> staged_;
  std::vector<Staged*> releasing_;  // kept for its memory
  bool promised_ = false;
  std::uint64_t losses_ = 0;
  std::optional<std::string> unknown_;
};

}  // namespace syncq
