#pragma once

#include <uv.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace syncq::sim {

// One connection between a client and the daemon, in memory. It takes the place
// of libuv's stream and of what the kernel tells of a socket: wires.cc defines
// those functions anew, and the linker prefers them. What is sent arrives only
// when it is delivered, so whoever delivers decides on all order and time.
class Wire {
 public:
  // --- the client's side
  void send(std::string_view bytes) { to_daemon_ += bytes; }
  // Takes what has come. A client that takes nothing is a slow reader: the
  // daemon can write only what `room` lets it.
  std::string take();
  void set_room(std::size_t room) { room_ = room; }
  // Sends no more; closes both ways; breaks, as when a network is gone.
  void shut() { shut_ = true; }
  void close() { closed_ = true; }
  void reset() { reset_ = true; }
  bool client_closed() const { return closed_ || reset_; }
  bool client_left() const { return shut_ || closed_ || reset_; }
  // The daemon sends no more.
  bool daemon_left() const {
    return (daemon_shut_ || daemon_closed_) && unwritten_.empty();
  }
  bool daemon_closed() const { return daemon_closed_; }

  // --- the network
  // Brings the daemon up to `most` bytes, or, when there are none left, that
  // the client has left. Returns how many bytes.
  std::size_t deliver(std::size_t most);
  // Lets a write go on that had no room.
  void drain();
  // The daemon was told that the client left.
  bool end_delivered() const { return end_delivered_; }
  std::size_t undelivered() const { return to_daemon_.size(); }

 private:
  friend struct WireAccess;

  void bring(const char* bytes, ssize_t length);

  uv_stream_t* stream_ = nullptr;
  std::string to_daemon_;
  std::string from_daemon_;
  std::size_t room_ = 1024 * 1024;
  bool shut_ = false;
  bool closed_ = false;
  bool reset_ = false;
  bool end_delivered_ = false;
  bool daemon_shut_ = false;
  bool daemon_closed_ = false;
  uv_alloc_cb alloc_ = nullptr;
  uv_read_cb read_ = nullptr;  // set: the daemon reads
  uv_write_t* writing_ = nullptr;
  std::string unwritten_;
};

// All wires of one daemon. One at a time.
class Wires {
 public:
  Wires();
  ~Wires();
  Wires(const Wires&) = delete;
  Wires& operator=(const Wires&) = delete;

  // The wire of the stream that the daemon made last.
  Wire& last() { return *wires_.back(); }
  // Finishes what the daemon has closed or shut down since.
  void finish_closing();

 private:
  friend struct WireAccess;

  std::vector<std::unique_ptr<Wire>> wires_;
  std::vector<std::pair<uv_handle_t*, uv_close_cb>> closing_;
  std::vector<std::pair<uv_shutdown_t*, uv_shutdown_cb>> shutting_;
};

}  // namespace syncq::sim
