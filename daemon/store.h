#pragma once

#include <stdexcept>
#include <string>

#include "common/error_code.h"

namespace syncq {

// The store could not do its work: the disk is full, or it failed. code() is
// kStoreFull or kStoreFailed. The turn it happened in is lost as a whole.
class StoreError : public std::runtime_error {
 public:
  StoreError(ErrorCode code, const std::string& message)
      : std::runtime_error(message), code_(code) {}
  ErrorCode code() const { return code_; }

 private:
  ErrorCode code_;
};

// A store's transactions. One loop turn is one transaction: it begins by
// itself at the first write. One thread. All throw StoreError.
class Transactions {
 public:
  enum class Sync {
    kFull,  // on stable storage when commit returns
    kSoft,  // survives the death of this process, not a loss of power
  };

  virtual ~Transactions() = default;
  // True from the first write until commit or rollback.
  virtual bool dirty() const = 0;
  // With kFull also what earlier commits left to be synced: an answer that
  // only reads may tell of it.
  virtual void commit(Sync sync) = 0;
  // Drops the turn's writes; never throws. Also after a failed commit.
  virtual void rollback() noexcept = 0;
};

}  // namespace syncq
