#include "cli/top/rows.h"

#include <algorithm>
#include <cctype>

namespace syncq {
namespace {

bool has(const std::string& text, const std::string& part) {
  auto same = [](char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) ==
           std::tolower(static_cast<unsigned char>(b));
  };
  return std::search(text.begin(), text.end(), part.begin(), part.end(),
                     same) != text.end();
}

bool has(const TopFifo& fifo, const std::string& part) {
  return has(fifo.name, part) ||
         std::any_of(
             fifo.tickets.begin(), fifo.tickets.end(),
             [&](const TopTicket& each) { return has(each.label, part); });
}

// How long somebody has had a turn.
Duration longest(const TopFifo& fifo) {
  Duration most{};
  for (const TopTicket& each : fifo.tickets) {
    if (!each.is_waiting) most = std::max(most, each.since);
  }
  return most;
}

double traffic(const TopQueue& queue) {
  return queue.in_per_s.value_or(0) + queue.out_per_s.value_or(0);
}

template <typename T, typename Key>
void order(std::vector<const T*>& all, Key key) {
  std::stable_sort(all.begin(), all.end(),
                   [&](const T* a, const T* b) { return key(*a) < key(*b); });
}

// What stays as it is stays in the daemon's order.
template <typename T, typename Waiting, typename Time>
std::vector<const T*> chosen(const std::vector<T>& all, Sort sort,
                             Waiting waiting, Time time, auto&& wanted) {
  std::vector<const T*> some;
  for (const T& each : all) {
    if (wanted(each)) some.push_back(&each);
  }
  switch (sort) {
    case Sort::kUse:
      order(some, [](const T& each) { return !each.is_used(); });
      break;
    case Sort::kName:
      order(some, [](const T& each) { return each.name; });
      break;
    case Sort::kWaiting:
      order(some, [&](const T& each) { return -waiting(each); });
      break;
    case Sort::kTime:
      order(some, [&](const T& each) { return -time(each); });
      break;
  }
  return some;
}

}  // namespace

std::string Row::id() const {
  if (ticket != nullptr) return "ticket " + ticket->id;
  if (fifo != nullptr) return "fifo " + fifo->id;
  if (queue != nullptr) return "queue " + queue->id;
  if (turn != nullptr) return "turn " + turn->id;
  return message != nullptr ? "message " + message->id : "";
}

std::string Row::name() const {
  auto label_or = [](const std::string& label, const char* other) {
    return label.empty() ? other : label;
  };
  if (ticket != nullptr) return label_or(ticket->label, "a ticket");
  if (fifo != nullptr) return fifo->name;
  if (queue != nullptr) return queue->name;
  return turn != nullptr ? label_or(turn->label, "a turn") : "a message";
}

const char* sort_name(Sort sort) {
  switch (sort) {
    case Sort::kUse:
      return "in use first";
    case Sort::kName:
      return "by name";
    case Sort::kWaiting:
      return "most waiting first";
    case Sort::kTime:
      return "longest held, busiest first";
  }
  return "";
}

const TopTicket* only_holder(const TopFifo& fifo) {
  bool has_one = fifo.slots == 1 && fifo.held == 1 && !fifo.tickets.empty() &&
                 !fifo.tickets.front().is_waiting;
  return has_one ? &fifo.tickets.front() : nullptr;
}

std::vector<Row> fifo_rows(const std::vector<TopFifo>& fifos,
                           const std::string& filter, Sort sort) {
  std::vector<Row> rows;
  for (const TopFifo* fifo : chosen(
           fifos, sort, [](const TopFifo& each) { return each.waiting; },
           longest, [&](const TopFifo& each) { return has(each, filter); })) {
    rows.push_back({.fifo = fifo});
    for (const TopTicket& each : fifo->tickets) {
      if (&each == only_holder(*fifo)) continue;
      rows.push_back({.fifo = fifo, .ticket = &each});
    }
  }
  return rows;
}

std::vector<Row> queue_rows(const std::vector<TopQueue>& queues,
                            const std::string& filter, Sort sort) {
  std::vector<Row> rows;
  for (const TopQueue* queue : chosen(
           queues, sort, [](const TopQueue& each) { return each.stored(); },
           traffic,
           [&](const TopQueue& each) { return has(each.name, filter); })) {
    rows.push_back({.queue = queue});
  }
  return rows;
}

std::vector<Row> turn_rows(const std::vector<TopTurn>& turns,
                           const std::string& filter) {
  std::vector<Row> rows;
  for (const TopTurn& each : turns) {
    if (has(each.fifo, filter) || has(each.label, filter)) {
      rows.push_back({.turn = &each});
    }
  }
  return rows;
}

}  // namespace syncq
