// How much memory and time a connection may take, and the wake-ups that check.

#include <algorithm>
#include <utility>

#include "daemon/http/connection.h"

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
    stalls_at_ = host_.now() + kStall;
    wake_by(stalls_at_);
  }
  update_reading();
}

// A body is let in as a whole: one that has begun never waits for others.
bool Connection::has_room(std::size_t size) {
  if (host_.in_flight().admits(size, parked_ ? counted_ : 0)) {
    room_until_.reset();
    return true;
  }
  if (!room_until_) room_until_ = host_.now() + kWaitForRoom;
  wake_by(host_.now() + kLookForRoom);
  return false;
}

bool Connection::has_room_for_answer() {
  bool large = route() != nullptr && route()->answers_large;
  return !large || has_room(kSmall + 1);
}

void Connection::look_for_room() {
  if (host_.now() >= *room_until_) {
    room_until_.reset();
    parked_.reset();
    return refuse_busy();
  }
  if (parked_) {
    if (has_room_for_answer()) host_.make_answer(id_);
  } else if (parser_.state() == RequestParser::State::kBody) {
    admit_body();
  } else {
    dispatch();
  }
  if (!room_until_) resume();
}

// A request has begun, and we wait for the rest of it.
bool Connection::lacks_input() const {
  if (!is_open() || parked_ || room_until_ || held_back_) return false;
  RequestParser::State state = parser_.state();
  return state == RequestParser::State::kBody ||
         (state == RequestParser::State::kHead && !input_.empty());
}

void Connection::look_for_stall() {
  if (host_.now() < stalls_at_) return;
  stalls_at_ = host_.now() + kStall;
  bool late = reading_ && std::exchange(come_, 0) < kLeastProgress;
  if (!late) return;
  stalls_at_ = Instant::max();
  refuse({ErrorCode::kRequestTimeout,
          "the request did not come to its end: send it again"});
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
  if (!want && !eof_ && (parked_ || !input_.empty())) {
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
  if (parser_.state() == RequestParser::State::kBody && is_open()) {
    bool admitted = !parked_ && !room_until_;
    auto length = parser_.head().content_length.value_or(0);
    body = std::max(admitted ? length : 0, parser_.body().size());
  }
  std::size_t made = parked_ ? parked_->made().value_or(0) : 0;
  host_.in_flight().count(counted_, out_.own() + input_.size() + body + made);
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
  if (parked_ && !reading_ && caller_left()) return receive_end();
  if (room_until_) look_for_room();
  look_for_stall();
  if (stalls_at_ != Instant::max()) wake_by(stalls_at_);
  if (room_until_) wake_by(host_.now() + kLookForRoom);
  update_reading();
}

}  // namespace syncq
