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
  staged_ = stream_is_new_ = continued_ = false;
  out_.commit();
  replies_ = lines_ = 0;
  head_only_.clear();
  send();
  count();
  take_up_input();
}

// Each answer of the transaction becomes the error. A stream that had begun
// earlier ends with it, one that began in this transaction never began. The
// errors say nothing of the store: a second abort in the same iteration leaves
// them.
void Connection::on_aborted(const Refusal& why) {
  staged_ = false;
  out_.drop_uncommitted();
  if (closed_) return;
  bool broken = lines_ > 0 || (streaming_ && stream_is_new_);
  if (lines_ > 0) {
    append_chunk(out_.text(), ended_line(why), chunked_);
    append_last_chunk(out_.text(), chunked_);
  }
  for (std::size_t i = 0; i < replies_; ++i) {
    bool close = i + 1 == replies_ && (broken || closing_);
    bool head_only =
        std::find(head_only_.begin(), head_only_.end(), i) != head_only_.end();
    append_reply(out_.text(), error_reply(why),
                 {host_.wall(), close, head_only});
  }
  replies_ = lines_ = 0;
  head_only_.clear();
  bool waits = parser_.state() == RequestParser::State::kBody;
  if (std::exchange(continued_, false) && waits) out_.text() += kContinue;
  out_.commit();
  if (!out_.empty()) mark_staged();
  if (!broken) return;
  drop_caller();
  close_gently();
}

void Connection::send() {
  if (closed_ || writing_ || out_.sendable() == 0) return close_if_finished();
  Outbox::Buffers buffers;
  int sent = uv_try_write(stream(), buffers.data(), out_.buffers(buffers));
  if (sent < 0 && sent != UV_EAGAIN) return close();
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
  if (closed_) return;
  if (status < 0) return close();
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
  if (closing_) return;
  closing_ = true;
  held_back_ = false;
  drop_input();
  std::string().swap(parser_.body());
  close_if_finished();
}

void Connection::close_if_finished() {
  if (closed_ || staged_ || writing_ || !out_.empty()) return;
  if (eof_ && !parked_ && !held_back_ && !room_until_) return close();
  if (!closing_ || shut_) return;
  shut_ = true;
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
  if (closed_ || closing_) return;
  bool sending = staged_ || writing_ || !out_.empty();
  bool makes_answer = parked_ && parked_->made();
  if (lacks_input() || room_until_ || makes_answer) {
    room_until_.reset();
    parked_.reset();
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
  if (closed_) return;
  closed_ = true;
  drop_caller();
  uv_close(&handle_.handle, [](uv_handle_t* handle) {
    auto& self = *static_cast<Connection*>(handle->data);
    self.host_.closed(self.id_);
  });
}

}  // namespace syncq
