#pragma once

#include <functional>
#include <map>
#include <optional>
#include <unordered_map>
#include <vector>

#include "daemon/queue/queue_types.h"
#include "daemon/store/span_counts.h"

namespace syncq::memory {

// The readable messages of each generation, by offset; changes since the last
// commit() can be undone. Both ends of a generation, where nearly all happens,
// cost the same at any depth. Pointers are valid until the message is erased.
// One thread.
class MessageTable {
 public:
  // nullptr if there is none.
  const Message* first(std::int64_t generation) const;
  const Message* last(std::int64_t generation) const;
  const Message* at(std::int64_t generation, std::int64_t offset) const;
  // The message with `index` others before it. Needs the counts.
  const Message* nth(std::int64_t generation, std::int64_t index) const;
  // From that offset on, until `see` returns false.
  void visit(std::int64_t generation, std::int64_t offset,
             const std::function<bool(const Message&)>& see) const;
  bool changed() const { return !undo_.empty() || !counted_.empty(); }

  // The message's offset must be free.
  void insert(std::int64_t generation, Message&& message);
  // The offset must not be free.
  void erase(std::int64_t generation, std::int64_t offset);
  void count(std::int64_t generation, std::int64_t offset, std::int64_t delta);
  // Nothing will come into the generation any more. It must be empty.
  void close(std::int64_t generation) { closed_.push_back(generation); }

  void commit();
  void rollback() noexcept;

 private:
  using Messages = std::map<std::int64_t, Message>;
  struct Bin {
    Messages messages;
    SpanCounts counts;
  };
  // What was at an offset before; empty: nothing.
  struct Change {
    std::int64_t generation = 0;
    std::int64_t offset = 0;
    Messages::node_type before;
  };
  struct Counted {
    std::int64_t generation = 0;
    std::int64_t offset = 0;
    std::int64_t delta = 0;
  };
  // nullptr for one that is empty.
  const Bin* find(std::int64_t generation) const;
  void forget_empty(std::int64_t generation);
  static Messages::const_iterator locate(const Messages& messages,
                                         std::int64_t offset);

  std::unordered_map<std::int64_t, Bin> generations_;
  std::vector<Change> undo_;
  std::vector<Counted> counted_;
  std::vector<std::int64_t> closed_;
};

}  // namespace syncq::memory
