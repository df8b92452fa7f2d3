#include "tests/sim/wires.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "daemon/http/socket_state.h"

namespace syncq::sim {
namespace {

Wires* wires = nullptr;

}  // namespace

// What the C functions below do. A wire's number is its file descriptor.
struct WireAccess {
  static Wire& of(int fd) {
    return *wires->wires_.at(static_cast<std::size_t>(fd));
  }
  static Wire& of(const uv_stream_t* stream) { return of(stream->u.fd); }

  static int init(uv_stream_t* stream, uv_handle_type type) {
    stream->type = type;
    stream->u.fd = static_cast<int>(wires->wires_.size());
    wires->wires_.push_back(std::make_unique<Wire>());
    wires->wires_.back()->stream_ = stream;
    return 0;
  }
  static void read(uv_stream_t* stream, uv_alloc_cb alloc, uv_read_cb read) {
    of(stream).alloc_ = alloc;
    of(stream).read_ = read;
  }
  // Over TCP what is sent to a client that has closed is lost without a word.
  static int write_error(const Wire& wire) {
    if (wire.reset_) return UV_ECONNRESET;
    return wire.closed_ && wire.stream_->type != UV_TCP ? UV_EPIPE : 0;
  }
  static std::size_t take(Wire& wire, std::string_view bytes) {
    if (wire.closed_) return bytes.size();
    std::size_t left =
        wire.room_ - std::min(wire.room_, wire.from_daemon_.size());
    wire.from_daemon_ += bytes.substr(0, left);
    return std::min(left, bytes.size());
  }
  static std::string gather(const uv_buf_t* buffers, unsigned int count) {
    std::string bytes;
    for (unsigned int i = 0; i < count; ++i) {
      bytes.append(buffers[i].base, buffers[i].len);
    }
    return bytes;
  }
  static int try_write(uv_stream_t* stream, const uv_buf_t* buffers,
                       unsigned int count) {
    Wire& wire = of(stream);
    if (int error = write_error(wire)) return error;
    std::size_t taken = take(wire, gather(buffers, count));
    return taken == 0 ? UV_EAGAIN : static_cast<int>(taken);
  }
  static int write(uv_write_t* request, uv_stream_t* stream,
                   const uv_buf_t* buffers, unsigned int count,
                   uv_write_cb done) {
    request->cb = done;
    of(stream).writing_ = request;
    of(stream).unwritten_ = gather(buffers, count);
    return 0;
  }
  static std::size_t unwritten(const uv_stream_t* stream) {
    return of(stream).unwritten_.size();
  }
  static int shutdown(uv_shutdown_t* request, uv_stream_t* stream,
                      uv_shutdown_cb done) {
    of(stream).daemon_shut_ = true;
    wires->shutting_.emplace_back(request, done);
    return 0;
  }
  static void close(uv_handle_t* handle, uv_close_cb done) {
    Wire& wire = of(handle->u.fd);
    wire.daemon_closed_ = true;
    wire.read_ = nullptr;
    wire.unwritten_.clear();
    wires->closing_.emplace_back(handle, done);
    if (uv_write_t* request = std::exchange(wire.writing_, nullptr)) {
      request->cb(request, UV_ECANCELED);
    }
  }
  static bool gone(int fd) { return of(fd).client_left(); }
  static bool hung_up(int fd) { return of(fd).closed_ || of(fd).reset_; }
  static bool broken(int fd) { return of(fd).reset_; }
};

std::string Wire::take() { return std::exchange(from_daemon_, {}); }

void Wire::bring(const char* bytes, ssize_t length) {
  uv_buf_t buffer{};
  alloc_(reinterpret_cast<uv_handle_t*>(stream_), 64 * 1024, &buffer);
  if (length > 0) std::copy_n(bytes, length, buffer.base);
  read_(stream_, length, &buffer);
}

std::size_t Wire::deliver(std::size_t most) {
  if (read_ == nullptr) return 0;
  if (!reset_ && !to_daemon_.empty()) {
    std::string piece =
        to_daemon_.substr(0, std::min<std::size_t>(most, 65536));
    to_daemon_.erase(0, piece.size());
    bring(piece.data(), static_cast<ssize_t>(piece.size()));
    return piece.size();
  }
  if (client_left() && !end_delivered_) {
    end_delivered_ = true;
    bring(nullptr, reset_ ? UV_ECONNRESET : UV_EOF);
    // As libuv: nothing comes after the end.
    read_ = nullptr;
  }
  return 0;
}

void Wire::drain() {
  if (writing_ == nullptr) return;
  int error = WireAccess::write_error(*this);
  if (error == 0) {
    unwritten_.erase(0, WireAccess::take(*this, unwritten_));
    if (!unwritten_.empty()) return;
  }
  unwritten_.clear();
  uv_write_t* request = std::exchange(writing_, nullptr);
  request->cb(request, error);
}

Wires::Wires() { wires = this; }

Wires::~Wires() { wires = nullptr; }

void Wires::finish_closing() {
  for (auto [request, done] : std::exchange(shutting_, {})) done(request, 0);
  for (auto [handle, done] : std::exchange(closing_, {})) done(handle);
}

}  // namespace syncq::sim

// --- libuv's, as far as a connection uses them ------------------------------

extern "C" {

using syncq::sim::WireAccess;

int uv_pipe_init(uv_loop_t*, uv_pipe_t* handle, int) {
  return WireAccess::init(reinterpret_cast<uv_stream_t*>(handle),
                          UV_NAMED_PIPE);
}
int uv_tcp_init(uv_loop_t*, uv_tcp_t* handle) {
  return WireAccess::init(reinterpret_cast<uv_stream_t*>(handle), UV_TCP);
}
int uv_fileno(const uv_handle_t* handle, uv_os_fd_t* fd) {
  *fd = handle->u.fd;
  return 0;
}
int uv_read_start(uv_stream_t* stream, uv_alloc_cb alloc, uv_read_cb read) {
  WireAccess::read(stream, alloc, read);
  return 0;
}
int uv_read_stop(uv_stream_t* stream) {
  WireAccess::read(stream, nullptr, nullptr);
  return 0;
}
int uv_try_write(uv_stream_t* stream, const uv_buf_t* buffers,
                 unsigned int count) {
  return WireAccess::try_write(stream, buffers, count);
}
int uv_write(uv_write_t* request, uv_stream_t* stream, const uv_buf_t* buffers,
             unsigned int count, uv_write_cb done) {
  return WireAccess::write(request, stream, buffers, count, done);
}
std::size_t uv_stream_get_write_queue_size(const uv_stream_t* stream) {
  return WireAccess::unwritten(stream);
}
int uv_shutdown(uv_shutdown_t* request, uv_stream_t* stream,
                uv_shutdown_cb done) {
  return WireAccess::shutdown(request, stream, done);
}
void uv_close(uv_handle_t* handle, uv_close_cb done) {
  WireAccess::close(handle, done);
}

}  // extern "C"

// --- what the kernel tells of a socket --------------------------------------

namespace syncq {

bool peer_alive(int fd) { return !WireAccess::gone(fd); }
bool hung_up(int fd) { return WireAccess::hung_up(fd); }
bool input_waits(int fd) {
  return WireAccess::gone(fd) || WireAccess::of(fd).undelivered() > 0;
}
int socket_error(int fd) { return WireAccess::broken(fd) ? ECONNRESET : 0; }
Peer peer_of(int) { return {}; }

}  // namespace syncq
