#include "daemon/commit/group_commit.h"

#include <fmt/format.h>

#include <algorithm>

namespace syncq {

GroupCommit::GroupCommit(std::vector<Transactions*> transactions,
                         std::function<void()> on_commit,
                         std::function<void(const StoreError&)> on_abort)
    : transactions_(std::move(transactions)),
      on_commit_(std::move(on_commit)),
      on_abort_(std::move(on_abort)) {}

void GroupCommit::stage(Staged& staged) { staged_.push_back(&staged); }

void GroupCommit::unstage(Staged& staged) { std::erase(staged_, &staged); }

Refusal GroupCommit::abort(const StoreError& error) {
  for (Transactions* each : transactions_) each->rollback();
  on_abort_(error);
  ++aborts_;
  promised_ = false;
  const char* way_out =
      error.code() == ErrorCode::kStoreFull
          ? "make room on the disk of the state directory, then try again"
          : "see the daemon's log, then try again";
  Refusal why{error.code(),
              fmt::format("nothing was stored: {}; {}", error.what(), way_out)};
  // on_aborted() stages the errors, for the transaction that begins now.
  for (Staged* each : std::exchange(staged_, {})) each->on_aborted(why);
  return why;
}

// What these stage belongs to the next transaction.
void GroupCommit::send_staged() {
  sending_.swap(staged_);
  for (Staged* each : sending_) each->on_committed();
  sending_.clear();
}

void GroupCommit::commit() {
  for (Transactions* each : transactions_) each->commit();
  if (!promised_) return;
  for (Transactions* each : transactions_) each->sync();
}

Outcome GroupCommit::finish() {
  if (unknown_) return Outcome::kUnknown;
  bool wrote = std::any_of(transactions_.begin(), transactions_.end(),
                           [](const auto* each) { return each->dirty(); });
  try {
    commit();
  } catch (const StoreError& error) {
    abort(error);
    send_staged();
    return Outcome::kAborted;
  } catch (const SyncFailed& error) {
    unknown_ = error.what();
    return Outcome::kUnknown;
  }
  promised_ = false;
  if (wrote) on_commit_();
  send_staged();
  return Outcome::kCommitted;
}

}  // namespace syncq
