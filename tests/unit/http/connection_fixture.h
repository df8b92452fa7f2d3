#pragma once

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <uv.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/http_response_parser.h"
#include "common/unique_fd.h"
#include "daemon/http/connections.h"

namespace syncq::test {

using namespace std::chrono_literals;

inline std::string get(const std::string& target) {
  return "GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n";
}

// The client's end of a socket pair; never blocks.
class Client {
 public:
  explicit Client(UniqueFd fd) : fd_(std::move(fd)) {}

  // Returns how much the socket took.
  std::size_t send(std::string_view bytes) {
    ssize_t sent = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    return sent > 0 ? static_cast<std::size_t>(sent) : 0;
  }
  // Adds what has come to `received`.
  void read() {
    char buffer[65536];
    ssize_t length;
    while ((length = recv(fd_.get(), buffer, sizeof buffer, 0)) > 0) {
      received.append(buffer, static_cast<std::size_t>(length));
    }
    at_end |= length == 0;
  }
  void shut() { shutdown(fd_.get(), SHUT_WR); }
  void close() { fd_.reset(); }

  std::string received;
  bool at_end = false;

 private:
  UniqueFd fd_;
};

struct Response {
  int status = 0;
  std::string body;
};

// All whole responses in `bytes`; sets `rest` to what is left.
inline std::vector<Response> parse_responses(const std::string& bytes,
                                             std::string* rest = nullptr) {
  std::vector<Response> all;
  std::string_view left = bytes;
  ResponseParser parser;
  while (!left.empty()) {
    std::string_view before = left;
    while (!left.empty() && parser.state() < ResponseParser::State::kDone) {
      std::size_t taken = parser.feed(left);
      if (taken == 0) break;
      left.remove_prefix(taken);
    }
    if (parser.state() != ResponseParser::State::kDone) {
      left = before;
      break;
    }
    all.push_back({parser.status(), parser.body()});
    parser.reset();
  }
  if (rest != nullptr) *rest = left;
  return all;
}

class FakeDisk final : public Transactions {
 public:
  bool dirty() const override { return wrote; }
  void commit() override {
    if (fails) throw StoreError(ErrorCode::kStoreFull, "disk full");
    wrote = false;
  }
  void sync() override {
    if (sync_fails) throw SyncFailed("the disk is ill");
    ++syncs;
  }
  void rollback() noexcept override { wrote = false; }

  bool wrote = false;
  bool fails = false;
  bool sync_fails = false;
  int syncs = 0;
};

// Connections over socket pairs on a real loop, with a small service behind
// them. Nothing happens but in turn().
class ConnectionFixture : public ConnectionHost {
 public:
  ConnectionFixture() {
    // As the daemon does.
    std::signal(SIGPIPE, SIG_IGN);
    uv_loop_init(&loop_);
    add_routes();
  }
  ~ConnectionFixture() override {
    connections.close_all();
    uv_run(&loop_, UV_RUN_DEFAULT);
    uv_loop_close(&loop_);
  }

  Client connect() {
    int fds[2];
    REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0,
                       fds) == 0);
    Connection& made = connections.make(*this, Transport::kUnix);
    uv_pipe_open(reinterpret_cast<uv_pipe_t*>(made.stream()), fds[0]);
    made.start(peer);
    return Client(UniqueFd(fds[1]));
  }

  void turn() {
    connections.resume_scheduled();
    connections.go_on();
    uv_run(&loop_, UV_RUN_NOWAIT);
    connections.wake_due(now_);
    if (on_turn) on_turn();
    commit_.finish();
    uv_run(&loop_, UV_RUN_NOWAIT);
  }
  void turns(int count) {
    for (; count > 0; --count) turn();
  }
  // Reads at the client until nothing more comes.
  void drain(Client& client) {
    int idle = 0;
    for (int i = 0; i < 100'000 && idle < 4 && !client.at_end; ++i) {
      std::size_t before = client.received.size();
      turn();
      client.read();
      idle = client.received.size() == before ? idle + 1 : 0;
    }
  }
  // Sends it all, reading nothing; false if the daemon stops taking it.
  bool push(Client& client, std::string_view bytes) {
    for (int idle = 0; !bytes.empty() && idle < 4;) {
      std::size_t sent = client.send(bytes);
      bytes.remove_prefix(sent);
      idle = sent == 0 ? idle + 1 : 0;
      turn();
    }
    return bytes.empty();
  }
  std::vector<Response> exchange(Client& client, std::string_view bytes) {
    push(client, bytes);
    drain(client);
    return parse_responses(client.received);
  }

  const Router& router() override { return router_; }
  Result<> admit(const RequestHead& head, ConnectionId) override {
    return head.authorization == "Bearer right"
               ? Result<>(Nothing{})
               : Refusal{ErrorCode::kUnauthorized, "not you"};
  }
  GroupCommit& group_commit() override { return commit_; }
  InFlight& in_flight() override { return in_flight_; }
  Instant now() override { return now_; }
  WallMillis wall() override { return wall_; }
  std::uint64_t max_message() override { return 1'000'000; }
  bool shutting_down() override { return going_down; }
  bool crowded() override { return is_crowded; }
  void caller_gone(ConnectionId caller, Parting parting) override {
    gone.push_back(caller);
    partings.push_back(parting);
  }
  void schedule(ConnectionId caller) override { connections.schedule(caller); }
  void make_answer(ConnectionId caller) override {
    connections.make_answer(caller);
  }
  void closed(ConnectionId caller) override { connections.forget(caller); }
  void wake_at(ConnectionId caller, Instant when) override {
    connections.wake_at(caller, when);
  }

 private:
  void add_routes();

  uv_loop_t loop_;

 public:
  Peer peer;  // of the connections to come
  Instant now_{1h};
  WallMillis wall_ = 0;
  bool going_down = false;
  bool is_crowded = false;
  FakeDisk disk;
  InFlight in_flight_{8 * 1024 * 1024};
  Connections connections{&loop_, in_flight_};
  std::vector<ConnectionId> parked;  // who was ever parked, in order
  std::vector<ConnectionId> gone;    // who closed while parked
  std::vector<Parting> partings;     // and how
  std::vector<std::string> seen;     // the targets handled, in order
  std::string streamed;              // the body of /stream as it came
  int lost = 0;
  int steps = 0;                  // of all long answers
  std::function<void()> on_turn;  // called before the commit

 private:
  GroupCommit commit_{{&disk}, [] {}, [this](const StoreError&) { ++lost; }};
  Router router_;
};

inline const Notice kTurn = Granted{};
inline const Notice kOver = Ended{{ErrorCode::kExpired, "too late"}};

}  // namespace syncq::test
