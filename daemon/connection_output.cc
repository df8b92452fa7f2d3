// A connection's way out: what the turn decides of its answers, writing with
// backpressure, and closing so that the last answer arrives.

#include <utility>

#include "daemon/connection.h"
#include "daemon/reply.h"

namespace syncq {

void Connection::release() {
  staged_ = stream_is_new_ = continued_ = false;
  sendable_ = out_.size();
  replies_ = lines_ = 0;
  send();
  take_up_input();
}

// Each answer of the turn becomes the error. A stream that had begun earlier
// is told on it, one that began in this turn never began. The errors say
// nothing of the store: a second loss in the same turn leaves them.
void Connection::fail(const Refusal& why) {
  staged_ = false;
  out_.resize(sendable_);
  if (closed_) return;
  bool broken = lines_ > 0 || (streaming_ && stream_is_new_);
  if (lines_ > 0) {
    append_chunk(out_, ended_line(why), chunked_);
    append_last_chunk(out_, chunked_);
  }
  for (; replies_ > 0; --replies_) {
    append_reply(out_, error_reply(why), replies_ == 1 && (broken || closing_));
  }
  lines_ = 0;
  bool waits = parser_.state() == RequestParser::State::kBody;
  if (std::exchange(continued_, false) && waits) out_ += kContinue;
  sendable_ = out_.size();
  if (sendable_ > 0) mark_staged();
  if (!broken) return;
  drop_caller();
  close_gently();
}

void Connection::send() {
  if (closed_ || writing_ || sendable_ == 0) return close_if_finished();
  uv_buf_t buffer =
      uv_buf_init(out_.data(), static_cast<unsigned int>(sendable_));
  int sent = uv_try_write(stream(), &buffer, 1);
  if (sent < 0 && sent != UV_EAGAIN) return close();
  auto done = static_cast<std::size_t>(sent > 0 ? sent : 0);
  if (done == out_.size()) {
    // Keep what a small answer needs, give back what a large one took.
    out_.clear();
    if (out_.capacity() > kMaxHeadBytes) out_.shrink_to_fit();
  } else {
    out_.erase(0, done);
  }
  sendable_ -= done;
  if (sendable_ == 0) return close_if_finished();
  writing_ = std::make_unique<Write>();
  writing_->bytes = out_.substr(0, sendable_);
  out_.erase(0, sendable_);
  sendable_ = 0;
  writing_->request.data = this;
  buffer = uv_buf_init(writing_->bytes.data(),
                       static_cast<unsigned int>(writing_->bytes.size()));
  uv_write(&writing_->request, stream(), &buffer, 1,
           [](uv_write_t* request, int status) {
             static_cast<Connection*>(request->data)->written(status);
           });
  update_reading();
}

void Connection::written(int status) {
  writing_.reset();
  if (closed_) return;
  if (status < 0) return close();
  send();
  take_up_input();
  update_reading();
}

// Requests had to wait until answers went out.
void Connection::take_up_input() {
  if (held_back_ && want_more()) host_.schedule(id_);
}

// Reads on behind a parked request too: that is how its end is noticed. Not
// past a slow reader, and not without bound.
void Connection::update_reading() {
  if (closed_) return;
  bool want = !eof_ && !writing_ &&
              (closing_ || input_.size() < kMaxPendingInput + kMaxHeadBytes);
  if (want == reading_) return;
  reading_ = want;
  if (want) {
    uv_read_start(stream(), on_alloc, on_read);
  } else {
    uv_read_stop(stream());
  }
}

// No more requests. What is still to be sent is sent, and the client gets the
// time to read it: closing a socket with unread input discards the answer.
void Connection::close_gently() {
  if (closing_) return;
  closing_ = true;
  held_back_ = false;
  input_.clear();
  close_if_finished();
}

void Connection::close_if_finished() {
  if (closed_ || staged_ || writing_ || sendable_ > 0 || !out_.empty()) return;
  if (eof_ && !parked_ && !held_back_) return close();
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
  host_.close_at(id_, host_.now() + kLinger);
  update_reading();
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
