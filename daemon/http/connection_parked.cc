// A request that is not answered at once: it waits for its turn or a message,
// or its answer takes more than one loop iteration.

#include "daemon/http/connection.h"
#include "daemon/http/socket_state.h"

namespace syncq {

bool Connection::alive() const {
  return !eof_ && !is_closed() && peer_alive(fd());
}

// A client that comes back to a ticket finds room: others have waited for it.
bool Connection::may_wait(const Route& route, const Query& query) {
  bool waits = route.waits || query.find("wait") != nullptr;
  bool comes_back =
      query.find("ticket") != nullptr && query.find("create") == nullptr;
  return !waits || comes_back || !host_.crowded();
}

bool Connection::go_on() {
  if (!is_open() || !parked() || !exchange_.parked()->made()) return false;
  if (eof_ && hung_up(fd())) {
    close();
    return false;
  }
  if (!has_room_for_answer()) return false;
  bool over = true;
  // What it has read of an aborted transaction never was.
  Result<> good = Refusal{ErrorCode::kStoreFailed,
                          "the store failed on the way: ask again"};
  if (host_.group_commit().aborts() == aborts_before_) {
    good = host_.group_commit().attempt(
        [&] { over = exchange_.parked()->go_on(host_.now(), *this); });
  }
  count();
  if (good && !over) return true;
  if (!good) reply(error_reply(good.refusal()));
  parked_done();
  return false;
}

void Connection::notify(const Notice& notice) {
  if (!parked() || is_closed()) return;
  if (exchange_.parked()->notice(notice, *this)) parked_done();
}

void Connection::parked_done() {
  bool had_input = !input_.empty();
  request_done();
  if (had_input && is_open()) schedule();
}

// A client that sends no more has left a wait, but may still read an answer
// that is being made.
bool Connection::caller_left() const {
  return exchange_.parked()->made() ? hung_up(fd()) : !alive();
}

// `error` is libuv's, 0 or UV_EOF for none. A client that ends closes its
// connection; all else is the network's doing. A reset, too: a client that has
// given the connection up answers so when the network is back.
void Connection::note_error(int error) {
  if (error != 0 && error != UV_EOF) parting_ = Parting::kLost;
}

void Connection::receive_end() {
  eof_ = true;
  // What carries it here has broken: a client that ends closes its side first.
  if (beats_ && hung_up(fd())) parting_ = Parting::kLost;
  // A caller that has gone never gets what it waited for, nor what it asked for
  // after that.
  if (parked() && caller_left()) {
    drop_caller();
    drop_input();
    held_back_ = false;
    room_until_.reset();
    count();
  }
  update_reading();
  close_if_finished();
}

// The parked request is over without its answer.
void Connection::drop_caller() {
  answers_.end_request();
  if (!parked()) return;
  exchange_.unpark();
  host_.caller_gone(id_, parting_);
}

}  // namespace syncq
