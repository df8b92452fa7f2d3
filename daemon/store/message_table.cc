#include "daemon/store/message_table.h"

#include "daemon/store/undo_table.h"

namespace syncq::memory {

const MessageTable::Bin* MessageTable::find(std::int64_t generation) const {
  auto found = generations_.find(generation);
  if (found == generations_.end() || found->second.messages.empty())
    return nullptr;
  return &found->second;
}

// The ends first: on a walk down from the root nearly every step would miss the
// processor's cache.
MessageTable::Messages::const_iterator MessageTable::locate(
    const Messages& messages, std::int64_t offset) {
  if (messages.empty()) return messages.end();
  if (messages.begin()->first == offset) return messages.begin();
  auto last = std::prev(messages.end());
  return last->first == offset ? last : messages.find(offset);
}

const Message* MessageTable::first(std::int64_t generation) const {
  const Bin* found = find(generation);
  return found == nullptr ? nullptr : &found->messages.begin()->second;
}

const Message* MessageTable::last(std::int64_t generation) const {
  const Bin* found = find(generation);
  return found == nullptr ? nullptr : &found->messages.rbegin()->second;
}

const Message* MessageTable::at(std::int64_t generation,
                                std::int64_t offset) const {
  const Bin* found = find(generation);
  if (found == nullptr) return nullptr;
  auto there = locate(found->messages, offset);
  return there == found->messages.end() ? nullptr : &there->second;
}

const Message* MessageTable::nth(std::int64_t generation,
                                 std::int64_t index) const {
  const Bin* found = find(generation);
  if (found == nullptr) return nullptr;
  auto span = found->counts.find(index);
  if (!span) return nullptr;
  auto there = found->messages.lower_bound(span->first_place);
  return &std::next(there, span->index)->second;
}

void MessageTable::visit(std::int64_t generation, std::int64_t offset,
                         const std::function<bool(const Message&)>& see) const {
  const Bin* found = find(generation);
  if (found == nullptr) return;
  auto at = found->messages.lower_bound(offset);
  while (at != found->messages.end() && see(at->second)) ++at;
}

void MessageTable::insert(std::int64_t generation, Message&& message) {
  std::int64_t offset = message.offset;
  Messages& messages = generations_[generation].messages;
  undo_.push_back({generation, offset, {}});
  messages.emplace_hint(messages.end(), offset, std::move(message));
}

void MessageTable::erase(std::int64_t generation, std::int64_t offset) {
  Messages& messages = generations_.at(generation).messages;
  undo_.push_back({generation, offset, {}});
  undo_.back().before = messages.extract(locate(messages, offset));
}

void MessageTable::count(std::int64_t generation, std::int64_t offset,
                         std::int64_t delta) {
  generations_[generation].counts.add(offset, delta);
  counted_.push_back({generation, offset, delta});
}

void MessageTable::forget_empty(std::int64_t generation) {
  auto found = generations_.find(generation);
  if (found == generations_.end()) return;
  const Bin& there = found->second;
  if (there.messages.empty() && there.counts.empty()) generations_.erase(found);
}

void MessageTable::commit() {
  for (std::int64_t generation : closed_) generations_.erase(generation);
  closed_.clear();
  clear_changes(undo_);
  clear_changes(counted_);
}

void MessageTable::rollback() noexcept {
  for (auto last = undo_.rbegin(); last != undo_.rend(); ++last) {
    Messages& messages = generations_[last->generation].messages;
    messages.erase(last->offset);
    if (last->before) messages.insert(std::move(last->before));
  }
  for (const Counted& each : counted_) {
    generations_[each.generation].counts.add(each.offset, -each.delta);
  }
  // Drop generations created by the aborted transaction.
  for (const Change& each : undo_) forget_empty(each.generation);
  for (const Counted& each : counted_) forget_empty(each.generation);
  closed_.clear();
  clear_changes(undo_);
  clear_changes(counted_);
}

}  // namespace syncq::memory
