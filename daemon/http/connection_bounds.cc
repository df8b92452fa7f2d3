// How much memory and time a connection may take, and the wake-ups that check.

#include <algorithm>
#include <utility>

#include "daemon/http/connection.h"
#include "daemon/http/socket_state.h"

namespace syncq {

void Connection::refuse_busy() {
  refuse({ErrorCode::kBusy,
          "too much is under way already: try again soon, or raise the "
          "daemon's --max-in-flight"});
}

// To be called after input was handled.
void Connection::settle() {
  count();
  if (!lacks_input()) {
    stalls_at_ = Instant::max();
  } else if (stalls_at_ == Instant::max()) {
    come_ = 0;
    stalls_at_ = host_.now() + stall();
    wake_by(stalls_at_);
  }
  update_reading();
}

// A body is let in as a whole: one that has begun never waits for others.
bool Connection::has_room(std::size_t size) {
  if (host_.in_flight().admits(size, parked() ? counted_ : 0)) {
    room_until_.reset();
    return true;
  }
  if (!room_until_) room_until_ = host_.now() + kWaitForRoom;
  wake_by(host_.now() + kLookForRoom);
  return false;
}

bool Connection::has_room_for_answer() {
  bool large = exchange_.route() != nullptr && exchange_.route()->answers_large;
  return !large || has_room(kSmall + 1);
}

void Connection::look_for_room() {
  if (host_.now() >= *room_until_) {
    room_until_.reset();
    exchange_.unpark();
    return refuse_busy();
  }
  if (parked()) {
    if (has_room_for_answer()) host_.make_answer(id_);
  } else if (exchange_.state() == Exchange::State::kBody) {
    admit_body();
  } else {
    dispatch();
  }
  if (!room_until_) resume();
}

// A request has begun, and we wait for the rest of it.
bool Connection::lacks_input() const {
  if (!is_open() || parked() || room_until_ || held_back_) return false;
  Exchange::State state = exchange_.state();
  return state == Exchange::State::kBody ||
         (state == Exchange::State::kHead && !input_.empty());
}

void Connection::look_for_stall() {
  if (host_.now() < stalls_at_) return;
  stalls_at_ = host_.now() + stall();
  bool late = reading_ && std::exchange(come_, 0) < kLeastProgress;
  if (!late) return;
  stalls_at_ = Instant::max();
  refuse({ErrorCode::kRequestTimeout,
          "the request did not come to its end: send it again"});
}

// Its client has promised to be heard from: see hold_handler.cc.
void Connection::look_for_silence() {
  Duration most = parked() ? exchange_.parked()->may_be_silent() : Duration();
  if (most == Duration::zero()) return;
  beats_ = true;
  if (host_.now() < heard_ + most) return wake_by(heard_ + most);
  parting_ = Parting::kLost;
  close();
}

// Reads on behind a parked request too, to notice when its client leaves. Not
// past a slow reader, nor its share of the iteration, and not without bound:
// then wake() looks.
bool Connection::may_read() const {
  if (eof_ || writing_ || share_ <= 0) return false;
  if (!is_open() || input_.empty()) return true;
  return input_.size() - used_ < kMaxPendingInput + kMaxHeadBytes &&
         !host_.in_flight().full();
}

void Connection::update_reading() {
  if (is_closed()) return;
  bool want = may_read();
  if (!want && !eof_ && (parked() || !input_.empty())) {
    wake_by(host_.now() + kLookAgain);
  }
  if (want == reading_) return;
  reading_ = want;
  if (want) {
    uv_read_start(stream(), on_alloc, on_read);
  } else {
    uv_read_stop(stream());
  }
}

void Connection::count() {
  std::size_t body = 0;
  if (exchange_.state() == Exchange::State::kBody && is_open()) {
    bool admitted = !parked() && !room_until_;
    auto length = exchange_.head().content_length.value_or(0);
    body = std::max(admitted ? length : 0, exchange_.body().size());
  }
  std::size_t made = parked() ? exchange_.parked()->made().value_or(0) : 0;
  // Strangers must not use up what others need: their number is bounded.
  std::size_t input = is_stranger() ? 0 : input_.size();
  host_.in_flight().count(counted_, out_.own() + input + body + made);
}

void Connection::wake_by(Instant when) {
  if (when >= wake_at_) return;
  wake_at_ = when;
  host_.wake_at(id_, when);
}

void Connection::wake(Instant due) {
  // A sooner one has replaced it.
  if (is_closed() || due != wake_at_) return;
  wake_at_ = Instant::max();
  if (phase_ == Phase::kShutDown) {
    if (host_.now() >= lingers_until_) return close();
    return wake_by(lingers_until_);
  }
  if (parked() && !reading_ && caller_left()) {
    note_error(-socket_error(fd()));
    return receive_end();
  }
  if (room_until_) look_for_room();
  look_for_stall();
  look_for_silence();
  if (is_closed()) return;
  if (stalls_at_ != Instant::max()) wake_by(stalls_at_);
  if (room_until_) wake_by(host_.now() + kLookForRoom);
  update_reading();
}

}  // namespace syncq
