#include "cli/top/model.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace syncq {
namespace {

constexpr std::size_t kMostEnded = 100;

template <typename T>
const T* find_id(const std::vector<T>& all, const std::string& id) {
  auto found = std::find_if(all.begin(), all.end(),
                            [&](const T& each) { return each.id == id; });
  return found == all.end() ? nullptr : &*found;
}

template <typename T>
const T* find_name(const std::vector<T>& all, const std::string& name) {
  auto found = std::find_if(all.begin(), all.end(),
                            [&](const T& each) { return each.name == name; });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace

void TopModel::take(Snapshot snapshot, Moment now) {
  snapshot_ = std::move(snapshot);
  snapshot_at_ = now;
  has_snapshot_ = true;
  std::erase_if(minutes_, [&](const auto& each) {
    return find_id(snapshot_.queues, each.first) == nullptr;
  });
  pass(now);
  keep_selection();
}

void TopModel::take_ended(const std::vector<TopTurn>& turns) {
  for (const TopTurn& each : turns) {
    if (find_id(ended_, each.id) == nullptr) ended_.push_back(each);
  }
  std::stable_sort(ended_.begin(), ended_.end(),
                   [](const TopTurn& a, const TopTurn& b) {
                     return a.ended_at > b.ended_at;
                   });
  if (ended_.size() > kMostEnded) ended_.resize(kMostEnded);
  keep_selection();
}

void TopModel::take_fifo(TopFifo fifo, Moment now) {
  if (view_ != View::kFifo || fifo.id != opened_) return;
  open_fifo_ = std::move(fifo);
  open_fifo_at_ = now;
  keep_selection();
}

void TopModel::take_history(const std::string& fifo,
                            std::vector<TopTurn> turns) {
  if (view_ != View::kFifo || fifo != opened_) return;
  open_turns_ = std::move(turns);
  keep_selection();
}

void TopModel::take_messages(const std::string& queue,
                             std::vector<TopMessage> messages) {
  if (view_ != View::kQueue || queue != opened_) return;
  open_messages_ = std::move(messages);
  keep_selection();
}

void TopModel::pass(Moment now) {
  for (const TopQueue& each : snapshot_.queues) {
    minutes_[each.id].note(now, each);
  }
}

Duration TopModel::age(Moment now) const {
  bool of_fifo = view_ == View::kFifo && open_fifo_;
  return now - (of_fifo ? open_fifo_at_ : snapshot_at_);
}

const Minute* TopModel::minute(const TopQueue& queue) const {
  auto found = minutes_.find(queue.id);
  return found == minutes_.end() ? nullptr : &found->second;
}

const TopQueue* TopModel::dead_letters_of(const TopQueue& queue) const {
  // What `queue nack --dead` takes if none was named.
  return find_name(snapshot_.queues, queue.dead_letter.empty()
                                         ? queue.name + ".dead"
                                         : queue.dead_letter);
}

std::string TopModel::turns_mark() const {
  std::string mark;
  for (const TopFifo& fifo : snapshot_.fifos) {
    mark += fmt::format("{}:{}", fifo.id, fifo.fence);
    for (const TopTicket& each : fifo.tickets) {
      if (!each.is_waiting) mark += ' ' + each.id;
    }
    mark += '\n';
  }
  return mark;
}

std::map<std::string, std::string> TopModel::held() const {
  std::map<std::string, std::string> held;
  for (const TopFifo& fifo : snapshot_.fifos) {
    for (const TopTicket& each : fifo.tickets) {
      if (!each.is_waiting) held.emplace(each.id, fifo.id);
    }
  }
  return held;
}

const TopFifo* TopModel::fifo() const {
  if (view_ != View::kFifo) return nullptr;
  const TopFifo* listed = find_id(snapshot_.fifos, opened_);
  return listed != nullptr && open_fifo_ ? &*open_fifo_ : listed;
}

const TopQueue* TopModel::queue() const {
  return view_ == View::kQueue ? find_id(snapshot_.queues, opened_) : nullptr;
}

std::vector<std::vector<Row>> TopModel::panes() const {
  if (view_ == View::kAll) {
    return {fifo_rows(snapshot_.fifos, filter, sort),
            queue_rows(snapshot_.queues, filter, sort),
            turn_rows(ended_, filter)};
  }
  std::vector<Row> first;
  if (const TopFifo* one = fifo()) {
    for (const TopTicket& each : one->tickets) {
      first.push_back({.fifo = one, .ticket = &each});
    }
    return {first, turn_rows(open_turns_, "")};
  }
  if (queue() != nullptr) {
    for (const TopMessage& each : open_messages_) {
      first.push_back({.message = &each});
    }
  }
  return {first};
}

std::vector<Row> TopModel::all_rows() const {
  std::vector<Row> all;
  for (const auto& pane : panes())
    all.insert(all.end(), pane.begin(), pane.end());
  return all;
}

std::optional<std::size_t> TopModel::find_selected(
    const std::vector<Row>& rows) const {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].id() == selected_.id) return i;
  }
  return std::nullopt;
}

// Of one that is gone: of what is in its place.
std::size_t TopModel::index_in(const std::vector<Row>& rows) const {
  if (auto found = find_selected(rows)) return *found;
  return rows.empty() ? 0 : std::min(index_, rows.size() - 1);
}

void TopModel::select(const std::vector<Row>& rows, std::size_t index) {
  index_ = index;
  selected_ = {};
  if (index < rows.size()) selected_ = {rows[index].id(), rows[index].name()};
}

void TopModel::keep_selection() {
  std::vector<Row> rows = all_rows();
  bool was_selected = !selected_.id.empty();
  if (was_selected && !gone_ && !find_selected(rows)) gone_ = selected_.name;
  select(rows, index_in(rows));
}

std::optional<Row> TopModel::selected() const {
  std::vector<Row> rows = all_rows();
  if (rows.empty()) return std::nullopt;
  return rows[index_in(rows)];
}

void TopModel::move(std::int64_t by) {
  gone_.reset();
  std::vector<Row> rows = all_rows();
  if (rows.empty()) return;
  auto last = static_cast<std::int64_t>(rows.size()) - 1;
  auto from = static_cast<std::int64_t>(index_in(rows));
  // Further than there are rows, either way.
  std::int64_t to =
      std::clamp(from + std::clamp(by, -last, last), std::int64_t{0}, last);
  select(rows, static_cast<std::size_t>(to));
}

void TopModel::next_pane() {
  gone_.reset();
  std::vector<Row> rows = all_rows();
  std::size_t from = index_in(rows);
  std::size_t begin = 0;
  for (const auto& pane : panes()) {
    if (begin > from && !pane.empty()) return select(rows, begin);
    begin += pane.size();
  }
  select(rows, 0);
}

void TopModel::open() {
  auto row = selected();
  if (!row || view_ != View::kAll) return;
  const TopFifo* fifo = row->fifo;
  if (row->turn != nullptr) fifo = find_name(snapshot_.fifos, row->turn->fifo);
  if (fifo == nullptr && row->queue == nullptr) return;
  selected_before_ = selected_;
  gone_.reset();
  view_ = fifo != nullptr ? View::kFifo : View::kQueue;
  opened_ = fifo != nullptr ? fifo->id : row->queue->id;
  message_state = "ready";
  open_fifo_.reset();
  open_turns_.clear();
  open_messages_.clear();
  select({}, 0);
  keep_selection();
}

void TopModel::close() {
  if (view_ == View::kAll) return;
  view_ = View::kAll;
  opened_.clear();
  gone_.reset();
  selected_ = selected_before_;
  keep_selection();
}

}  // namespace syncq
