#pragma once

#include <utility>
#include <vector>

namespace syncq {

// A list of changes keeps the memory a usual transaction needs, and gives back
// what a large one took.
template <typename Changes>
void clear_changes(Changes& changes) {
  constexpr std::size_t kUsual = 4096;
  changes.clear();
  if (changes.capacity() > kUsual) changes.shrink_to_fit();
}

// Rows in memory whose changes since the last commit() can be undone.
// `Rows` is a boost::multi_index_container; a row is found again by the key
// of its first index, which is unique. One thread.
template <typename Rows>
class UndoTable {
 public:
  using Row = typename Rows::value_type;
  using Position = typename Rows::iterator;

  // To be read only.
  const Rows& rows() const { return rows_; }
  bool changed() const { return !undo_.empty(); }

  // Must not be there. Cheapest if it comes behind all others.
  void insert(Row row) {
    undo_.push_back({key(row), {}});
    rows_.insert(rows_.end(), std::move(row));
  }
  void erase(Position at) {
    undo_.push_back({key(*at), {}});
    undo_.back().before = rows_.extract(at);
  }
  void replace(Position at, Row row) {
    erase(at);
    insert(std::move(row));
  }

  void commit() { clear_changes(undo_); }
  // Allocates nothing.
  void rollback() noexcept {
    while (!undo_.empty()) {
      Change& last = undo_.back();
      rows_.erase(last.key);
      if (last.before) rows_.insert(std::move(last.before));
      undo_.pop_back();
    }
  }

 private:
  using Key = typename Rows::key_type;
  // What stood under a key before; empty: the key was not there.
  struct Change {
    Key key;
    typename Rows::node_type before;
  };
  Key key(const Row& row) const { return rows_.key_extractor()(row); }

  Rows rows_;
  std::vector<Change> undo_;
};

}  // namespace syncq
