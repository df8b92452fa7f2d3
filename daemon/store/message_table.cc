#include "daemon/store/message_table.h"

#include "daemon/store/undo_table.h"

namespace syncq::memory {

const MessageTable::Bin* MessageTable::find(std::int64_t bin) const {
  auto found = bins_.find(bin);
  if (found == bins_.end() || found->second.messages.empty()) return nullptr;
  return &found->second;
}

// The ends first: on a walk down from the root nearly each step would miss the
// processor's cache.
MessageTable::Messages::const_iterator MessageTable::locate(
    const Messages& messages, std::int64_t place) {
  if (messages.empty()) return messages.end();
  if (messages.begin()->first == place) return messages.begin();
  auto last = std::prev(messages.end());
  return last->first == place ? last : messages.find(place);
}

const Message* MessageTable::first(std::int64_t bin) const {
  const Bin* found = find(bin);
  return found == nullptr ? nullptr : &found->messages.begin()->second;
}

const Message* MessageTable::last(std::int64_t bin) const {
  const Bin* found = find(bin);
  return found == nullptr ? nullptr : &found->messages.rbegin()->second;
}

const Message* MessageTable::at(std::int64_t bin, std::int64_t place) const {
  const Bin* found = find(bin);
  if (found == nullptr) return nullptr;
  auto there = locate(found->messages, place);
  return there == found->messages.end() ? nullptr : &there->second;
}

const Message* MessageTable::nth(std::int64_t bin, std::int64_t index) const {
  const Bin* found = find(bin);
  if (found == nullptr) return nullptr;
  auto span = found->counts.find(index);
  if (!span) return nullptr;
  auto there = found->messages.lower_bound(span->first_place);
  return &std::next(there, span->index)->second;
}

void MessageTable::insert(std::int64_t bin, Message&& message) {
  std::int64_t place = message.place;
  Messages& messages = bins_[bin].messages;
  undo_.push_back({bin, place, {}});
  messages.emplace_hint(messages.end(), place, std::move(message));
}

void MessageTable::erase(std::int64_t bin, std::int64_t place) {
  Messages& messages = bins_.at(bin).messages;
  undo_.push_back({bin, place, {}});
  undo_.back().before = messages.extract(locate(messages, place));
}

void MessageTable::count(std::int64_t bin, std::int64_t place,
                         std::int64_t delta) {
  bins_[bin].counts.add(place, delta);
  counted_.push_back({bin, place, delta});
}

void MessageTable::forget_empty(std::int64_t bin) {
  auto found = bins_.find(bin);
  if (found == bins_.end()) return;
  const Bin& there = found->second;
  if (there.messages.empty() && there.counts.empty()) bins_.erase(found);
}

void MessageTable::commit() {
  for (std::int64_t bin : closed_) bins_.erase(bin);
  closed_.clear();
  clear_changes(undo_);
  clear_changes(counted_);
}

void MessageTable::rollback() noexcept {
  for (auto last = undo_.rbegin(); last != undo_.rend(); ++last) {
    Messages& messages = bins_[last->bin].messages;
    messages.erase(last->place);
    if (last->before) messages.insert(std::move(last->before));
  }
  for (const Counted& each : counted_) {
    bins_[each.bin].counts.add(each.place, -each.delta);
  }
  // The bins that this turn made are nobody's.
  for (const Change& each : undo_) forget_empty(each.bin);
  for (const Counted& each : counted_) forget_empty(each.bin);
  closed_.clear();
  clear_changes(undo_);
  clear_changes(counted_);
}

}  // namespace syncq::memory
