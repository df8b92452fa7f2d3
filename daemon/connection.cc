#include "daemon/connection.h"

#include <fmt/format.h>

#include "daemon/socket_state.h"

namespace syncq {
namespace {

constexpr std::size_t kReadBuffer = 64 * 1024;
constexpr std::size_t kMaxKeptTarget = 512;

Connection& of(uv_handle_t* handle) {
  return *static_cast<Connection*>(handle->data);
}

std::string_view explain(ErrorCode code) {
  switch (code) {
    case ErrorCode::kBodyTooLarge:
      return "the body is too large: send less, or raise --max-message";
    case ErrorCode::kHeadTooLarge:
      return "the request's head is over 32 KiB: send fewer header fields";
    case ErrorCode::kTargetTooLong:
      return "the request's target is over 8 KiB: shorten its query";
    case ErrorCode::kVersionNotSupported:
      return "this HTTP version is not spoken here: use HTTP/1.1";
    default:
      return "this is no HTTP/1.1 request: see RFC 9112 for its form";
  }
}

}  // namespace

Connection::Connection(ConnectionHost& host, uv_loop_t* loop,
                       Transport transport, CallerId id)
    : host_(host), id_(id), parser_(host.max_message()) {
  if (transport == Transport::kUnix) {
    uv_pipe_init(loop, &handle_.pipe, 0);
  } else {
    uv_tcp_init(loop, &handle_.tcp);
  }
  handle_.handle.data = this;
}

Connection::~Connection() {
  if (staged_) host_.batch().unstage(*this);
}

int Connection::fd() const {
  uv_os_fd_t fd = -1;
  uv_fileno(&handle_.handle, &fd);
  return fd;
}

bool Connection::alive() const { return !eof_ && !closed_ && peer_alive(fd()); }

void Connection::start(const Peer& peer) {
  peer_ = peer;
  update_reading();
}

// One buffer for all connections: a parked caller needs none of its own.
void Connection::on_alloc(uv_handle_t*, std::size_t, uv_buf_t* buffer) {
  static char shared[kReadBuffer];
  *buffer = uv_buf_init(shared, sizeof shared);
}

void Connection::on_read(uv_stream_t* stream, ssize_t length,
                         const uv_buf_t* buffer) {
  Connection& self = of(reinterpret_cast<uv_handle_t*>(stream));
  if (length > 0) {
    self.receive({buffer->base, static_cast<std::size_t>(length)});
  } else if (length < 0) {
    self.receive_end();
  }
}

void Connection::receive(std::string_view data) {
  if (closing_ || closed_) return;
  if (input_.empty()) {
    std::size_t used = consume(data);
    if (!closing_) input_.assign(data.substr(used));
  } else {
    input_.append(data);
    resume();
  }
  update_reading();
}

void Connection::resume() {
  if (closing_ || closed_) return;
  std::string held = std::exchange(input_, {});
  std::size_t used = consume(held);
  if (!closing_) input_ = held.substr(used);
  update_reading();
  close_if_finished();
}

void Connection::receive_end() {
  eof_ = true;
  // A caller that has gone never gets what it waited for, nor what it asked
  // for behind that.
  if (parked_) {
    drop_caller();
    input_.clear();
    held_back_ = false;
  }
  update_reading();
  close_if_finished();
}

// More requests are taken only while their answers go out.
bool Connection::want_more() const {
  return !closing_ && !closed_ && out_.size() < kMaxPendingOutput &&
         (!parked_ || (route() != nullptr && route()->streams_body));
}

std::size_t Connection::consume(std::string_view data) {
  std::size_t used = 0;
  while (want_more() && used < data.size()) {
    if (!step(data.substr(used), used)) break;
  }
  held_back_ = used < data.size() && !closing_ && !want_more();
  return used;
}

// Returns false where the parser needs more than there is.
bool Connection::step(std::string_view data, std::size_t& used) {
  // A streamed request whose body has ended, still parked.
  if (parser_.state() == RequestParser::State::kDone) return false;
  bool head_was_open = parser_.state() == RequestParser::State::kHead;
  std::size_t taken = parser_.feed(data);
  used += taken;
  RequestParser::State state = parser_.state();
  if (state == RequestParser::State::kFailed) {
    refuse({parser_.error(), std::string(explain(parser_.error()))});
    return false;
  }
  if (state == RequestParser::State::kHead) return false;
  if (head_was_open) on_head();
  if (!closing_) on_body();
  if (state == RequestParser::State::kDone && !closing_) dispatch();
  return taken > 0 || head_was_open;
}

void Connection::match() {
  const RequestHead& head = parser_.head();
  // Most clients ask the same thing again and again.
  if (match_ && head.method == matched_method_ &&
      head.target == matched_target_) {
    return;
  }
  allow_.clear();
  match_ = host_.router().match(head, allow_);
  matched_method_ = head.method;
  // An idle connection keeps no large one.
  matched_target_ =
      head.target.size() <= kMaxKeptTarget ? head.target : std::string();
}

const Route* Connection::route() const {
  return match_ && *match_ ? (*match_)->route : nullptr;
}

// Looks at a request before its body has come.
void Connection::on_head() {
  const RequestHead& head = parser_.head();
  if (!head.has_body) return;
  match();
  if (small_body() && head.content_length.value_or(0) > kMaxSmallBody) {
    refuse_body();
  } else if (route() != nullptr && route()->streams_body) {
    dispatched_ = true;
    handle();
    if (!parked_) close_gently();
  } else if (head.expects_continue) {
    out_ += kContinue;
    continued_ = true;
    mark_staged();
  }
}

// Without a route nothing says that the body may be large.
bool Connection::small_body() const {
  return route() == nullptr || !route()->takes_message;
}

void Connection::refuse_body() {
  refuse({ErrorCode::kBodyTooLarge,
          fmt::format("the body has over {} bytes, and no more are taken "
                      "here: send less, or none",
                      kMaxSmallBody)});
}

void Connection::on_body() {
  if (parked_) {
    auto work = [&] { parked_->body(parser_.body(), *this); };
    if (host_.batch().attempt(work).ok()) return;
    // What it said is not stored: it has to come back and say it again.
    drop_caller();
    close_gently();
  } else if (small_body() && parser_.body().size() > kMaxSmallBody) {
    refuse_body();
  }
}

void Connection::dispatch() {
  if (!dispatched_) {
    dispatched_ = true;
    match();
    if (*match_) {
      handle();
    } else {
      Reply reply = error_reply(match_->refusal());
      std::string fields;
      // RFC 9110, section 15.5.6.
      if (match_->refusal().code == ErrorCode::kMethodNotAllowed) {
        fields = fmt::format("Allow: {}\r\n", allow_);
      }
      reply.fields = fields;
      this->reply(reply);
    }
  }
  if (!parked_) request_done();
}

void Connection::handle() {
  if (host_.shutting_down()) {
    reply(error_reply(
        {ErrorCode::kShuttingDown, "the daemon is going down: connect again"}));
    return;
  }
  const Router::Match& found = **match_;
  Request request{parser_.head(), found.path, found.query, parser_.body(),
                  peer_,          id_,        host_.now(), host_.wall()};
  // Handlers ask the engine first and write then: one that throws has written
  // nothing.
  Result<> done = host_.batch().attempt(
      [&] { parked_ = found.route->handler(request, *this); });
  if (done) return;
  parked_.reset();
  reply(error_reply(done.refusal()));
}

// A method we don't know may be HEAD, whose answer has no body: only the
// connection's end then tells where ours ends.
bool Connection::keeps_open() const {
  const RequestHead& head = parser_.head();
  return head.keep_alive && head.method != Method::kOther &&
         !host_.shutting_down() &&
         parser_.state() == RequestParser::State::kDone;
}

// The answer is complete: on to the next request.
void Connection::request_done() {
  bool again = keeps_open();
  parked_.reset();
  if (matched_target_.empty()) match_.reset();
  streaming_ = stream_is_new_ = dispatched_ = false;
  if (!again) return close_gently();
  parser_.reset();
}

void Connection::refuse(const Refusal& refusal) {
  if (streaming_) {
    stream(ended_line(refusal), Promise::kProcess);
    end_stream();
    drop_caller();
  } else {
    append_reply(out_, error_reply(refusal), true);
    ++replies_;
  }
  mark_staged();
  close_gently();
}

void Connection::notify(const Notice& notice) {
  if (!parked_ || closed_) return;
  if (!parked_->notice(notice, *this)) return;
  bool had_input = !input_.empty();
  request_done();
  if (had_input && !closing_) host_.schedule(id_);
}

void Connection::reply(const Reply& reply) {
  append_reply(out_, reply, !keeps_open());
  ++replies_;
  if (reply.promise == Promise::kPowerLoss) host_.batch().promise();
  mark_staged();
}

void Connection::start_stream(std::string_view content_type) {
  streaming_ = stream_is_new_ = true;
  ++replies_;
  chunked_ = !parser_.head().http_1_0;
  append_stream_head(out_, content_type, chunked_);
  mark_staged();
}

void Connection::stream(std::string_view data, Promise promise) {
  bool news = promise == Promise::kNone;
  if (news && (writing_ || out_.size() > sendable_ + kMaxHeadBytes)) return;
  append_chunk(out_, data, chunked_);
  if (!news && !stream_is_new_) ++lines_;
  if (promise == Promise::kPowerLoss) host_.batch().promise();
  mark_staged();
}

void Connection::end_stream() {
  append_last_chunk(out_, chunked_);
  mark_staged();
}

// The parked request is over without its answer.
void Connection::drop_caller() {
  streaming_ = false;
  if (!parked_) return;
  parked_.reset();
  host_.caller_gone(id_);
}

void Connection::mark_staged() {
  if (staged_) return;
  staged_ = true;
  host_.batch().stage(*this);
}

}  // namespace syncq
