// A connection's output: what a commit or an abort makes of its answers,
// writing with backpressure, and closing so that the last answer arrives.

#include <algorithm>
#include <utility>

#include "daemon/http/connection.h"
#include "daemon/http/reply.h"
#include "daemon/http/socket_state.h"

namespace syncq {

void Connection::on_committed() {
  share_ = kFairShare;
  staged_ = false;
  answers_.commit();
  out_.commit();
  send();
  count();
  take_up_input();
}

void Connection::on_aborted(const Refusal& why) {
  staged_ = false;
  if (is_closed()) return out_.drop_uncommitted();
  bool goes_on = answers_.abort(
      out_, why,
      {!is_open(), exchange_.state() == Exchange::State::kBody, host_.wall()});
  if (!out_.empty()) mark_staged();
  if (goes_on) return;
  drop_caller();
  close_gently();
}

void Connection::send() {
  if (is_closed() || writing_ || out_.sendable() == 0)
    return close_if_finished();
  Outbox::Buffers buffers;
  int sent = uv_try_write(stream(), buffers.data(), out_.buffers(buffers));
  if (sent < 0 && sent != UV_EAGAIN) {
    note_error(sent);
    return close();
  }
  if (sent > 0) out_.sent(static_cast<std::size_t>(sent));
  if (out_.sendable() == 0) return close_if_finished();
  out_.pin();
  unsigned int pieces = out_.buffers(buffers);
  writing_size_ = 0;
  for (unsigned int i = 0; i < pieces; ++i) writing_size_ += buffers[i].len;
  writing_ = std::make_unique<uv_write_t>();
  writing_->data = this;
  int began =
      uv_write(writing_.get(), stream(), buffers.data(), pieces,
               [](uv_write_t* request, int status) {
                 static_cast<Connection*>(request->data)->written(status);
               });
  if (began != 0) return close();
  update_reading();
}

void Connection::written(int status) {
  writing_.reset();
  if (is_closed()) return;
  if (status < 0) {
    note_error(status);
    return close();
  }
  out_.sent(writing_size_);
  send();
  count();
  take_up_input();
  update_reading();
}

// Requests had to wait until answers went out.
void Connection::take_up_input() {
  if (held_back_ && want_more()) schedule();
}

// No more requests. What is still to be sent is sent, and the client gets time
// to read it: closing a socket with unread input discards the answer.
void Connection::close_gently() {
  if (!is_open()) return;
  phase_ = Phase::kDraining;
  held_back_ = false;
  drop_input();
  exchange_.drop_body();
  close_if_finished();
}

void Connection::close_if_finished() {
  if (is_closed() || staged_ || writing_ || !out_.empty()) return;
  if (eof_ && !parked() && !held_back_ && !room_until_) return close();
  if (phase_ != Phase::kDraining) return;
  phase_ = Phase::kShutDown;
  auto request = std::make_unique<uv_shutdown_t>();
  int started =
      uv_shutdown(request.get(), stream(), [](uv_shutdown_t* done, int) {
        std::unique_ptr<uv_shutdown_t> owned(done);
      });
  if (started != 0) return close();
  // The callback owns it now.
  static_cast<void>(request.release());
  lingers_until_ = host_.now() + kLinger;
  wake_by(lingers_until_);
  update_reading();
}

void Connection::drain() {
  if (!is_open()) return;
  bool sending = staged_ || writing_ || !out_.empty();
  bool makes_answer = parked() && exchange_.parked()->made();
  if (lacks_input() || room_until_ || makes_answer) {
    room_until_.reset();
    exchange_.unpark();
    refuse(going_down());
  } else if (sending) {
    close_gently();
  } else if (!input_waits(fd())) {
    close();
  }
  // Else it is read, and refused.
}

std::size_t Connection::unsent() const {
  std::size_t written =
      writing_ ? writing_size_ - uv_stream_get_write_queue_size(
                                     const_cast<Connection*>(this)->stream())
               : 0;
  return out_.size() - written;
}

void Connection::close() {
  if (is_closed()) return;
  phase_ = Phase::kClosed;
  drop_caller();
  uv_close(&handle_.handle, [](uv_handle_t* handle) {
    auto& self = *static_cast<Connection*>(handle->data);
    self.host_.closed(self.id_);
  });
}

}  // namespace syncq
