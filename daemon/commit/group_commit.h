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

// One connection's answers of this transaction, ready to be sent.
class Staged {
 public:
  virtual ~Staged() = default;
  // Send them.
  virtual void on_committed() = 0;
  // Each of them becomes this error.
  virtual void on_aborted(const Refusal& why) = 0;
};

// What has become of a transaction.
enum class Outcome {
  kCommitted,  // its writes stay, its answers are sent
  kAborted,    // its writes are undone, its answers are errors
  kUnknown,    // a sync failed: its answers are never sent, the process ends
};

// All that one iteration of the loop writes is one transaction, and no answer
// of the iteration leaves before that is on disk. One thread.
class GroupCommit {
 public:
  // `on_commit` is called when the writes are on disk, before the answers are
  // sent; `on_abort` when they are undone, before the answers become errors.
  // The stores' transactions are committed in this order: after the first, none
  // may fail.
  GroupCommit(std::vector<Transactions*> transactions,
              std::function<void()> on_commit,
              std::function<void(const StoreError&)> on_abort);

  // Runs a piece of work. If it throws StoreError, or runs out of memory, the
  // transaction so far is aborted, and the refusal to answer this piece with is
  // returned; work that follows begins another transaction. After SyncFailed
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
      return abort(error);
    } catch (const std::bad_alloc&) {
      return abort({ErrorCode::kStoreFailed, "there is no memory left"});
    }
  }

  // Each Staged at most once a transaction. `promise`: what one of its answers
  // says must outlive a loss of power, so the commit must wait for the disk.
  void stage(Staged& staged);
  void promise() { promised_ = true; }
  bool promised() const { return promised_; }
  std::size_t staged() const { return staged_.size(); }
  void unstage(Staged& staged);

  // How many transactions were aborted.
  std::uint64_t aborts() const { return aborts_; }

  // Ends the transaction. After kUnknown there is no other.
  Outcome finish();
  // Why the outcome is unknown.
  const std::string& failure() const { return *unknown_; }

 private:
  void commit();
  Refusal unknown() const { return {ErrorCode::kStoreFailed, *unknown_}; }
  Refusal abort(const StoreError& error);
  void send_staged();

  std::vector<Transactions*> transactions_;
  std::function<void()> on_commit_;
  std::function<void(const StoreError&)> on_abort_;
  std::vector<Staged*> staged_;
  std::vector<Staged*> sending_;  // kept for its memory
  bool promised_ = false;
  std::uint64_t aborts_ = 0;
  std::optional<std::string> unknown_;
};

}  // namespace syncq
