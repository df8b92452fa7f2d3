#pragma once

#include <uv.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "common/http_request_parser.h"
#include "daemon/batch.h"
#include "daemon/request.h"
#include "daemon/router.h"

namespace syncq {

class Connection;

// The most answer bytes that wait for a slow reader before no more of its
// requests are read.
inline constexpr std::size_t kMaxPendingOutput = 1024 * 1024;
// The most input kept behind a parked request.
inline constexpr std::size_t kMaxPendingInput = 64 * 1024;
// How long, and over how many bytes, a refused client may go on sending
// before it is cut off: closing at once could take the answer from it.
inline constexpr Duration kLinger = std::chrono::seconds(2);

// Leave to send a body, RFC 9110, section 15.2.1.
inline constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

// What a connection needs of the daemon around it.
class ConnectionHost {
 public:
  virtual ~ConnectionHost() = default;
  virtual const Router& router() = 0;
  virtual Batch& batch() = 0;
  virtual Instant now() = 0;
  virtual WallMillis wall() = 0;
  virtual std::uint64_t max_message() = 0;
  virtual bool shutting_down() = 0;
  // The caller's connection has closed.
  virtual void caller_gone(CallerId caller) = 0;
  // Calls Connection::resume() in the next turn.
  virtual void schedule(CallerId caller) = 0;
  // The handle is closed; destroys the connection.
  virtual void closed(CallerId caller) = 0;
  // Calls Connection::close() at the time, unless it has closed.
  virtual void close_at(CallerId caller, Instant when) = 0;
};

// One client: reads requests in order, has them handled, and keeps their
// answers until the turn's commit. Owned by the host. One thread.
class Connection final : public Staged, public ReplyWriter {
 public:
  enum class Transport { kUnix, kTcp };

  Connection(ConnectionHost& host, uv_loop_t* loop, Transport transport,
             CallerId id);
  ~Connection() override;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  uv_stream_t* stream() { return reinterpret_cast<uv_stream_t*>(&handle_); }
  int fd() const;
  void start(const Peer& peer);
  // Takes input that had to wait.
  void resume();
  void close();

  // False when the other end is gone.
  bool alive() const;
  bool parked() const { return parked_ != nullptr; }
  void notify(const Notice& notice);

  void reply(const Reply& reply) override;
  void start_stream(std::string_view content_type) override;
  void stream(std::string_view data, Promise promise) override;
  void end_stream() override;

  void release() override;
  void fail(const Refusal& why) override;

 private:
  // What the socket did not take at once. Keeps the bytes while libuv writes.
  struct Write {
    uv_write_t request;
    std::string bytes;
  };

  void receive(std::string_view data);
  void receive_end();
  std::size_t consume(std::string_view data);
  bool want_more() const;
  const Route* route() const;
  bool step(std::string_view data, std::size_t& used);
  void on_head();
  void on_body();
  bool small_body() const;
  void refuse_body();
  void dispatch();
  void match();
  void handle();
  void refuse(const Refusal& refusal);
  bool keeps_open() const;
  void request_done();
  void drop_caller();
  void mark_staged();
  void send();
  void written(int status);
  void update_reading();
  void take_up_input();
  void close_gently();
  void close_if_finished();

  static void on_alloc(uv_handle_t* handle, std::size_t, uv_buf_t* buffer);
  static void on_read(uv_stream_t* stream, ssize_t length,
                      const uv_buf_t* buffer);

  ConnectionHost& host_;
  CallerId id_;
  uv_any_handle handle_;
  Peer peer_;
  RequestParser parser_;
  std::string input_;  // came, but could not be used yet
  std::string out_;    // answers: first those that may go, then the turn's
  std::size_t sendable_ = 0;  // how much of out_ is committed
  // Of this turn: answers that began, promising lines of a stream that had
  // begun before, whether the stream in hand is one of the answers, whether
  // leave was given to send a body.
  std::size_t replies_ = 0;
  std::size_t lines_ = 0;
  bool stream_is_new_ = false;
  bool continued_ = false;
  bool staged_ = false;
  std::unique_ptr<Write> writing_;
  std::unique_ptr<ParkedRequest> parked_;
  // The last route that was looked for, or why there is none.
  std::optional<Result<Router::Match>> match_;
  std::string allow_;
  Method matched_method_ = Method::kOther;
  std::string matched_target_;
  bool dispatched_ = false;  // it is handed to its handler
  bool streaming_ = false;   // its answer is a stream
  bool chunked_ = true;
  bool reading_ = false;
  bool held_back_ = false;  // input_ holds requests that could go on
  bool eof_ = false;
  bool closing_ = false;  // nothing more is read; closes when all is sent
  bool shut_ = false;
  bool closed_ = false;
};

}  // namespace syncq
