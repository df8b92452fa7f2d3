#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cli/top/minute.h"
#include "cli/top/rows.h"
#include "cli/top/snapshot.h"

namespace syncq {

// What `syncq top` shows, apart from any screen: what the daemon has told, and
// where the user is in it. One thread.
class TopModel {
 public:
  // All FIFOs and queues; one FIFO or one queue, whole; the keys.
  enum class View { kAll, kFifo, kQueue };

  // What the daemon told, at that time.
  void take(Snapshot snapshot, Moment now);
  // Beside those that it knows.
  void take_ended(const std::vector<TopTurn>& turns);
  // Of what is open; heeded only if it still is.
  void take_fifo(TopFifo fifo, Moment now);
  void take_history(const std::string& fifo, std::vector<TopTurn> turns);
  void take_messages(const std::string& queue,
                     std::vector<TopMessage> messages);
  // Time goes on while nothing changes.
  void pass(Moment now);

  // --- what there is ---
  const Snapshot& snapshot() const { return snapshot_; }
  // No overview has come yet.
  bool is_empty() const { return !has_snapshot_; }
  // How long ago the times in the snapshot, or in the FIFO that is open, were
  // told.
  Duration age(Moment now) const;
  const Minute* minute(const TopQueue& queue) const;
  // Where the queue's dead letters go; nullptr: nowhere, or it is not there.
  const TopQueue* dead_letters_of(const TopQueue& queue) const;
  // That changes whenever a turn may have ended.
  std::string turns_mark() const;
  // The tickets that have their turn, with their FIFOs: ids.
  std::map<std::string, std::string> held() const;

  // --- where the user is ---
  View view() const { return view_; }
  // The FIFO or queue that is open; nullptr if it is no more.
  const TopFifo* fifo() const;
  const TopQueue* queue() const;
  const std::string& opened() const { return opened_; }

  // Everything that can be selected, in panes from the top of the screen.
  std::vector<std::vector<Row>> panes() const;
  // Nothing: there is none.
  std::optional<Row> selected() const;
  // The name of what was selected and is there no more. Until the next move,
  // what is selected is then what came into its place: nobody chose that.
  const std::optional<std::string>& gone() const { return gone_; }
  // By so many rows, or to the first row of another pane.
  void move(std::int64_t rows);
  void next_pane();
  // Opens the selected FIFO or queue, or that of the selected ticket or turn.
  void open();
  void close();

  std::string filter;
  Sort sort = Sort::kUse;
  // Of the messages of the queue that is open.
  std::string message_state = "ready";

 private:
  std::vector<Row> all_rows() const;
  std::optional<std::size_t> find_selected(const std::vector<Row>& rows) const;
  std::size_t index_in(const std::vector<Row>& rows) const;
  void select(const std::vector<Row>& rows, std::size_t index);
  void keep_selection();

  Snapshot snapshot_;
  bool has_snapshot_ = false;
  Moment snapshot_at_;
  std::map<std::string, Minute> minutes_;
  std::vector<TopTurn> ended_;

  View view_ = View::kAll;
  std::string opened_;
  std::optional<TopFifo> open_fifo_;
  Moment open_fifo_at_;
  std::vector<TopTurn> open_turns_;
  std::vector<TopMessage> open_messages_;

  struct Selection {
    std::string id;
    std::string name;
  };
  Selection selected_;
  // Where it was, for when it is gone.
  std::size_t index_ = 0;
  std::optional<std::string> gone_;
  // In the view of all, while another one is open.
  Selection selected_before_;
};

}  // namespace syncq
