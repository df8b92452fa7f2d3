#include "daemon/commit/group_commit.h"

#include <fmt/format.h>

#include <algorithm>

namespace syncq {

Batch::Batch(std::vector<Transactions*> transactions,
             std::function<void()> kept,
             std::function<void(const StoreError&)> lost)
    : transactions_(std::move(transactions)),
      kept_(std::move(kept)),
      lost_(std::move(lost)) {}

void Batch::stage(Staged& staged) { staged_.push_back(&staged); }

void Batch::unstage(Staged& staged) { std::erase(staged_, &staged); }

Refusal Batch::lose(const StoreError& error) {
  for (Transactions* each : transactions_) each->rollback();
  lost_(error);
  ++losses_;
  promised_ = false;
  const char* way_out =
      error.code() == ErrorCode::kStoreFull
          ? "make room on the disk of the state directory, then try again"
          : "see the daemon's log, then try again";
  Refusal why{error.code(),
              fmt::format("nothing was stored: {}; {}", error.what(), way_out)};
  // fail() stages the errors, for the turn that begins now.
  for (Staged* each : std::exchange(staged_, {})) each->fail(why);
  return why;
}

// What these stage is for the next turn.
void Batch::release() {
  releasing_.swap(staged_);
  for (Staged* each : releasing_) each->release();
  releasing_.clear();
}

void Batch::commit() {
  for (Transactions* each : transactions_) each->commit();
  if (!promised_) return;
  for (Transactions* each : transactions_) each->sync();
}

Outcome Batch::finish() {
  if (unknown_) return Outcome::kUnknown;
  bool wrote = std::any_of(transactions_.begin(), transactions_.end(),
                           [](const auto* each) { return each->dirty(); });
  try {
    commit();
  } catch (const StoreError& error) {
    lose(error);
    release();
    return Outcome::kAborted;
  } catch (const SyncFailed& error) {
    unknown_ = error.what();
    return Outcome::kUnknown;
  }
  promised_ = false;
  if (wrote) kept_();
  release();
  return Outcome::kCommitted;
}

}  // namespace syncq
