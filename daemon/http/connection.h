#pragma once

#include <uv.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/patience.h"
#include "daemon/commit/group_commit.h"
#include "daemon/http/exchange.h"
#include "daemon/http/in_flight.h"
#include "daemon/http/listener.h"
#include "daemon/http/outbox.h"
#include "daemon/http/staged_answers.h"

namespace syncq {

class Connection;

// The most answer bytes that wait for a slow reader before no more of its
// requests are read.
inline constexpr std::size_t kMaxPendingOutput = 1024 * 1024;
// The most input kept behind a parked request.
inline constexpr std::size_t kMaxPendingInput = 64 * 1024;
// How long a refused client may go on sending before it is cut off: closing
// at once could take the answer from it.
inline constexpr Duration kLinger = std::chrono::seconds(2);
// One connection's share of a loop iteration, so that none waits long for the
// others: in bytes taken and answered, plus kRequestShare per request.
inline constexpr std::ptrdiff_t kFairShare = 32 * 1024;
inline constexpr std::ptrdiff_t kRequestShare = 512;
// How often a parked caller whose input is not read is looked at.
inline constexpr Duration kLookAgain = std::chrono::milliseconds(250);
// How long a large request or answer waits for room in flight, and how often
// it looks.
inline const Duration kWaitForRoom = patience(std::chrono::seconds(10));
inline constexpr Duration kLookForRoom = std::chrono::milliseconds(50);
// The least that an incomplete request must bring in each kStall.
inline constexpr std::size_t kLeastProgress = 64 * 1024;
inline const Duration kStall = patience(std::chrono::seconds(30));
// The same for a remote client that has shown nothing yet.
inline const Duration kStrangerStall = patience(std::chrono::seconds(5));

// How a connection ended.
enum class Parting {
  kClosed,  // by its client, or what stands between, or by us
  kLost,    // broken: its client may live on
};

// What a connection needs of the daemon around it.
class ConnectionHost {
 public:
  virtual ~ConnectionHost() = default;
  virtual const Router& router() = 0;
  // Whether this request of a remote client is let in. Asked once, before its
  // body is read.
  virtual Result<> admit(const RequestHead& head, ConnectionId caller) = 0;
  virtual GroupCommit& group_commit() = 0;
  virtual InFlight& in_flight() = 0;
  virtual Instant now() = 0;
  virtual WallMillis wall() = 0;
  virtual std::uint64_t max_message() = 0;
  virtual bool shutting_down() = 0;
  // Few connections are left: there is no room for callers that wait.
  virtual bool crowded() = 0;
  // The caller's connection is no more.
  virtual void caller_gone(ConnectionId caller, Parting parting) = 0;
  // Calls Connection::resume() in the next iteration.
  virtual void schedule(ConnectionId caller) = 0;
  // Calls Connection::go_on() once per iteration, after all that asked before
  // it are done, for as long as it returns true.
  virtual void make_answer(ConnectionId caller) = 0;
  // The handle is closed; destroys the connection.
  virtual void closed(ConnectionId caller) = 0;
  // Calls Connection::wake() at the time, unless it has closed.
  virtual void wake_at(ConnectionId caller, Instant when) = 0;
};

// One client: reads requests in order, has them handled, and keeps their
// answers until the commit. Owned by the host. One thread.
class Connection final : public Staged, public ReplyWriter {
 public:
  Connection(ConnectionHost& host, uv_loop_t* loop, Transport transport,
             ConnectionId id);
  ~Connection() override;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  uv_stream_t* stream() { return &handle_.stream; }
  // If it is remote.
  uv_tcp_t* tcp() { return &handle_.tcp; }
  int fd() const;
  void start(const Peer& peer);
  const Peer& peer() const { return peer_; }
  // It came over TCP.
  bool is_remote() const { return handle_.handle.type == UV_TCP; }
  // Its client may live on where we see nothing of it.
  bool is_far() const { return is_remote() || beats_; }
  // It is remote, and no request of it has been let in.
  bool is_stranger() const { return is_remote() && !let_in_; }
  void let_in() { let_in_ = true; }
  // Takes input that had to wait.
  void resume();
  // Makes more of an answer that takes many iterations. False: not in the next.
  bool go_on();
  // Looks at what only time shows. `due`: the time it was asked for.
  void wake(Instant due);
  void close();
  // The daemon is stopping: closes when what is under way is sent.
  void drain();
  // How many answer bytes the client has yet to read.
  std::size_t unsent() const;

  // False when the other end is gone.
  bool alive() const;
  bool parked() const { return exchange_.parked() != nullptr; }
  // The socket has taken what was to be sent. Else news are dropped.
  bool keeps_up() const;
  // All that was asked for, if anything, is answered; a refused client that has
  // its answer is idle too.
  bool idle() const;
  void notify(const Notice& notice);

  void reply(Reply reply) override;
  void start_stream(std::string_view content_type) override;
  bool stream(std::string_view data, Promise promise) override;
  void end_stream() override;

  void on_committed() override;
  void on_aborted(const Refusal& why) override;

 private:
  // In this order. From kDraining on nothing more is read.
  enum class Phase {
    kOpen,
    kDraining,  // what is left to send is sent
    kShutDown,  // our side is shut down, the client may go on for kLinger
    kClosed,
  };
  bool is_open() const { return phase_ == Phase::kOpen; }
  bool is_closed() const { return phase_ == Phase::kClosed; }

  void receive(std::string_view data);
  void receive_end();
  void note_error(int error);
  std::size_t consume(std::string_view data);
  void keep(std::string held, std::size_t used);
  void drop_input();
  bool want_more() const;
  bool step(std::string_view data, std::size_t& used);
  void on_head();
  void on_body();
  void refuse_body();
  void refuse_busy();
  void admit_body();
  bool has_room(std::size_t size);
  bool has_room_for_answer();
  bool caller_left() const;
  void look_for_room();
  bool lacks_input() const;
  void look_for_stall();
  void look_for_silence();
  Duration stall() const { return is_stranger() ? kStrangerStall : kStall; }
  void settle();
  void count();
  bool may_read() const;
  void dispatch();
  void refuse_route(const Refusal& why);
  void handle(const Router::Match& found);
  bool may_wait(const Route& route, const Query& query);
  void refuse(const Refusal& refusal);
  bool keeps_open() const;
  Framing framing(bool close);
  void request_done();
  void parked_done();
  void drop_caller();
  void mark_staged();
  void send();
  void written(int status);
  void update_reading();
  void take_up_input();
  void wake_by(Instant when);
  void schedule();
  void close_gently();
  void close_if_finished();

  static void on_alloc(uv_handle_t* handle, std::size_t, uv_buf_t* buffer);
  static void on_read(uv_stream_t* stream, ssize_t length,
                      const uv_buf_t* buffer);

  ConnectionHost& host_;
  ConnectionId id_;
  uv_any_handle handle_;
  Peer peer_;
  Exchange exchange_;
  std::string input_;     // came, but could not be used yet
  std::size_t used_ = 0;  // how much of its beginning was used since
  // Answers: first those that may go, then the transaction's.
  Outbox out_;
  std::size_t counted_ = 0;  // what of all this host_.in_flight() counts
  StagedAnswers answers_;
  bool staged_ = false;
  // Of what the socket did not take at once, while libuv writes it.
  std::unique_ptr<uv_write_t> writing_;
  std::size_t writing_size_ = 0;
  std::optional<Instant> room_until_;  // waits until then for room
  // When the request in hand is late, and how much has come until then.
  Instant stalls_at_ = Instant::max();
  std::size_t come_ = 0;
  Instant wake_at_ = Instant::max();  // the wake() that counts
  Instant lingers_until_;
  bool beats_ = false;  // its request may not be silent, or might not once
  Instant heard_;       // something was, last
  std::uint64_t aborts_before_ = 0;  // aborts() when a long answer began
  bool let_in_ = false;              // a request of it was, if it is remote
  bool reading_ = false;
  bool held_back_ = false;             // input_ holds requests that could go on
  bool scheduled_ = false;             // resume() comes
  std::ptrdiff_t share_ = kFairShare;  // what is left of it
  bool eof_ = false;
  Phase phase_ = Phase::kOpen;
  Parting parting_ = Parting::kClosed;
};

}  // namespace syncq
