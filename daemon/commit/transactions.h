#pragma once

#include <stdexcept>
#include <string>

#include "common/error_code.h"

namespace syncq {

// The store could not do its work: the disk is full, or it failed. code() is
// kStoreFull or kStoreFailed. The whole transaction is aborted.
class StoreError : public std::runtime_error {
 public:
  StoreError(ErrorCode code, const std::string& message)
      : std::runtime_error(message), code_(code) {}
  ErrorCode code() const { return code_; }

 private:
  ErrorCode code_;
};

// A sync failed. How much of the store is on the disk is unknown, and another
// sync would not tell: the system drops what it could not write and reports
// that once. Nothing can be undone and nothing promised: the process ends, and
// the next one reads what is there.
class SyncFailed : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// A store's transactions. One loop iteration is one transaction, which begins
// at the first write. One thread. All throw StoreError and SyncFailed.
class Transactions {
 public:
  virtual ~Transactions() = default;
  // True from the first write until commit or rollback.
  virtual bool dirty() const = 0;
  // What it commits survives the death of this process, not a loss of power.
  virtual void commit() = 0;
  // Puts on stable storage what was committed, also by earlier transactions: an
  // answer that only reads may tell of it. Throws only SyncFailed.
  virtual void sync() = 0;
  // Drops the transaction's writes; never throws. Also after a failed commit.
  virtual void rollback() noexcept = 0;
};

}  // namespace syncq
