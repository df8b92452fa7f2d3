#pragma once

#include <string>
#include <vector>

#include "cli/top/snapshot.h"

namespace syncq {

// What the user can move to: a FIFO, one in its line, a queue, a turn that has
// ended, a message. Points into the model, until that changes.
struct Row {
  const TopFifo* fifo = nullptr;      // of a ticket, too
  const TopTicket* ticket = nullptr;  // nullptr: the FIFO itself
  const TopQueue* queue = nullptr;
  const TopTurn* turn = nullptr;
  const TopMessage* message = nullptr;

  // The same for the same thing, whatever else changes.
  std::string id() const;
  // For people: "deploy", "make site", "a ticket".
  std::string name() const;
};

enum class Sort { kUse, kName, kWaiting, kTime };

// "in use first", "by name", ...
const char* sort_name(Sort sort);

// Those whose name, or the label of whose ticket, has the text `filter` in it,
// in whatever case; each FIFO followed by its tickets. The only holder of a
// FIFO with one slot is in the row of that; those who share it are below.
std::vector<Row> fifo_rows(const std::vector<TopFifo>& fifos,
                           const std::string& filter, Sort sort);
std::vector<Row> queue_rows(const std::vector<TopQueue>& queues,
                            const std::string& filter, Sort sort);
std::vector<Row> turn_rows(const std::vector<TopTurn>& turns,
                           const std::string& filter);

// The holder that stands in the FIFO's own row; nullptr: none does.
const TopTicket* only_holder(const TopFifo& fifo);

}  // namespace syncq
