#pragma once

#include <utility>
#include <vector>

namespace syncq {

// Rows in memory whose changes since the last commit() can be undone.
// `Rows` is a boost::multi_index_container; a row is found again by the key
// of its first index, which is unique. One thread.
template <typename Rows>
class UndoTable {
 public:
  using Row = typename Rows::value_type;
  using Place = typename Rows::iterator;

  // To be read only.
  const Rows& rows() const { return rows_; }
  bool changed() const { return !undo_.empty(); }

  // Must not be there. Cheapest where it comes behind all others.
  void insert(Row row) {
    undo_.push_back({key(row), {}});
    rows_.insert(rows_.end(), std::move(row));
  }
  void erase(Place place) {
    Key name = key(*place);
    undo_.push_back({std::move(name), rows_.extract(place)});
  }
  void replace(Place place, Row row) {
    erase(place);
    insert(std::move(row));
  }

  void commit() { undo_.clear(); }
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
