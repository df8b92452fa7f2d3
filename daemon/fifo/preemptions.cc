#include "daemon/fifo/preemptions.h"

#include "daemon/commit/nearest_deadline.h"

namespace syncq {
namespace {

template <typename T>
const T* find_in(const std::map<std::int64_t, T>& map, std::int64_t key) {
  auto found = map.find(key);
  return found == map.end() ? nullptr : &found->second;
}

// None erases it. Returns what was there.
template <typename T>
std::optional<T> exchange(std::map<std::int64_t, T>& map, std::int64_t key,
                          const std::optional<T>& value) {
  auto node = map.extract(key);
  if (value) map.emplace(key, *value);
  return node ? std::optional(node.mapped()) : std::nullopt;
}

}  // namespace

void Preemptions::put(std::int64_t fifo, std::int64_t ticket,
                      const std::optional<Preempt>& how) {
  auto old = exchange(lines_[fifo].waiting, ticket, how);
  undo_.push([this, fifo, ticket, old] {
    exchange(lines_[fifo].waiting, ticket, old);
    if (lines_[fifo].waiting.empty()) lines_.erase(fifo);
  });
}

void Preemptions::put(std::int64_t fifo, std::int64_t turn,
                      const std::optional<Ending>& ending) {
  auto old = exchange(lines_[fifo].endings, turn, ending);
  undo_.push(
      [this, fifo, turn, old] { exchange(lines_[fifo].endings, turn, old); });
}

void Preemptions::add(std::int64_t fifo, std::int64_t ticket,
                      const Preempt& how) {
  put(fifo, ticket, std::optional(how));
}

const Preempt* Preemptions::find(std::int64_t fifo, std::int64_t ticket) const {
  const Line* line = find_in(lines_, fifo);
  return line == nullptr ? nullptr : find_in(line->waiting, ticket);
}

void Preemptions::forget(std::int64_t fifo, std::int64_t ticket) {
  if (ending(fifo, ticket) != nullptr) {
    put(fifo, ticket, std::optional<Ending>());
  }
  if (find(fifo, ticket) == nullptr) return;
  // Nobody else waits for those turns: who comes later asks anew.
  if (lines_[fifo].waiting.size() == 1) {
    while (!lines_[fifo].endings.empty()) {
      put(fifo, lines_[fifo].endings.begin()->first, std::optional<Ending>());
    }
  }
  put(fifo, ticket, std::optional<Preempt>());
  if (lines_[fifo].waiting.empty()) lines_.erase(fifo);
}

const Preemptions::Ending* Preemptions::ending(std::int64_t fifo,
                                               std::int64_t turn) const {
  const Line* line = find_in(lines_, fifo);
  return line == nullptr ? nullptr : find_in(line->endings, turn);
}

void Preemptions::set_ending(std::int64_t fifo, std::int64_t turn,
                             const Ending& ending) {
  put(fifo, turn, std::optional(ending));
}

std::optional<Instant> Preemptions::next_kill() const {
  std::optional<Instant> next;
  for (const auto& [fifo, line] : lines_) {
    for (const auto& [turn, ending] : line.endings) {
      next = sooner(next, ending.kill_at);
    }
  }
  return next;
}

std::vector<Preemptions::Due> Preemptions::due(Instant now,
                                               std::size_t limit) const {
  std::vector<Due> due;
  for (const auto& [fifo, line] : lines_) {
    for (const auto& [turn, ending] : line.endings) {
      if (due.size() == limit) return due;
      bool is_due = ending.kill_at && *ending.kill_at <= now;
      if (is_due) due.push_back({fifo, turn, ending});
    }
  }
  return due;
}

}  // namespace syncq
