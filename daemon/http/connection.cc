#include "daemon/http/connection.h"

#include <fmt/format.h>

#include "daemon/http/form.h"
#include "daemon/http/socket_state.h"

namespace syncq {
namespace {

constexpr std::size_t kReadBuffer = 64 * 1024;
constexpr std::size_t kMaxKeptTarget = 512;

Connection& of(uv_handle_t* handle) {
  return *static_cast<Connection*>(handle->data);
}

std::string explain(const HttpFault& fault, std::size_t max_message) {
  if (fault.code != ErrorCode::kBodyTooLarge) return std::string(fault.reason);
  return fmt::format(
      "the body has over {} bytes, the most that is taken: send less, or "
      "raise the daemon's --max-message",
      max_message);
}

}  // namespace

Connection::Connection(ConnectionHost& host, uv_loop_t* loop, ConnectionId id)
    : host_(host), id_(id), parser_(host.max_message()) {
  uv_pipe_init(loop, &handle_.pipe, 0);
  handle_.handle.data = this;
}

Connection::~Connection() {
  host_.in_flight().count(counted_, 0);
  if (staged_) host_.group_commit().unstage(*this);
}

int Connection::fd() const {
  uv_os_fd_t fd = -1;
  uv_fileno(&handle_.handle, &fd);
  return fd;
}

bool Connection::idle() const {
  if (phase_ == Phase::kShutDown) return true;
  return is_open() && !parked_ && !staged_ && !writing_ && input_.empty() &&
         parser_.state() == RequestParser::State::kHead && !input_waits(fd());
}

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
  if (!is_open()) return;
  come_ += data.size();
  if (input_.empty()) {
    std::size_t used = consume(data);
    if (is_open()) input_.assign(data.substr(used));
    settle();
  } else {
    input_.append(data);
    resume();
  }
}

void Connection::resume() {
  scheduled_ = false;
  share_ = kFairShare;
  if (!is_open()) return;
  std::string held = std::exchange(input_, {});
  std::size_t used = std::exchange(used_, 0);
  used += consume(std::string_view(held).substr(used));
  if (is_open()) keep(std::move(held), used);
  settle();
  close_if_finished();
}

// The rest moves to the front only now and then: else a long input would be
// copied for each share of it.
void Connection::keep(std::string held, std::size_t used) {
  if (used == held.size()) return;
  if (used > held.size() / 2) {
    held.erase(0, used);
    used = 0;
  }
  input_ = std::move(held);
  used_ = used;
}

void Connection::drop_input() {
  input_.clear();
  used_ = 0;
}

// More requests are taken only while their answers go out.
bool Connection::want_more() const {
  std::size_t most = host_.in_flight().full() ? 1 : kMaxPendingOutput;
  return is_open() && !room_until_ && share_ > 0 && out_.size() < most &&
         (!parked_ || (route() != nullptr && route()->streams_body));
}

std::size_t Connection::consume(std::string_view data) {
  std::size_t used = 0;
  bool goes_on = true;
  while (goes_on && want_more() && used < data.size()) {
    auto before = static_cast<std::ptrdiff_t>(used + out_.size());
    goes_on = step(data.substr(used), used);
    share_ -= static_cast<std::ptrdiff_t>(used + out_.size()) - before;
  }
  held_back_ = used < data.size() && is_open() && !want_more();
  if (share_ <= 0) schedule();
  return used;
}

// Returns false if the parser needs more than there is.
bool Connection::step(std::string_view data, std::size_t& used) {
  // A streamed request whose body has ended, still parked.
  if (parser_.state() == RequestParser::State::kDone) return false;
  bool head_was_open = parser_.state() == RequestParser::State::kHead;
  std::size_t taken = parser_.feed(data);
  used += taken;
  RequestParser::State state = parser_.state();
  if (state == RequestParser::State::kFailed) {
    const HttpFault& fault = parser_.fault();
    refuse({fault.code, explain(fault, host_.max_message())});
    return false;
  }
  if (state == RequestParser::State::kHead) return false;
  if (head_was_open) on_head();
  if (is_open()) on_body();
  if (state == RequestParser::State::kDone && is_open()) dispatch();
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
  } else if (route() != nullptr && route()->streams_body && !is_form(head)) {
    dispatched_ = true;
    handle();
    if (!parked_) close_gently();
  } else {
    admit_body();
  }
}

void Connection::admit_body() {
  const RequestHead& head = parser_.head();
  if (!has_room(head.content_length.value_or(0))) return;
  if (!head.expects_continue) return;
  out_.text() += kContinue;
  answers_.add_continue();
  mark_staged();
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
    if (host_.group_commit().attempt(work).ok()) return;
    // What it said is not stored: it has to come back and say it again.
    drop_caller();
    close_gently();
  } else if (small_body() && parser_.body().size() > kMaxSmallBody) {
    refuse_body();
  } else if (!parser_.head().content_length && parser_.body().size() > kSmall &&
             host_.in_flight().full()) {
    refuse_busy();
  }
}

void Connection::dispatch() {
  share_ -= kRequestShare;
  if (!dispatched_) {
    match();
    if (!has_room_for_answer()) return;
    dispatched_ = true;
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
      this->reply(std::move(reply));
    }
  }
  if (!parked_) request_done();
}

void Connection::handle() {
  if (host_.shutting_down()) {
    return reply(error_reply(going_down()));
  }
  const Router::Match& found = **match_;
  auto form = read_form(parser_.head(), found, parser_.body());
  if (!form) return reply(error_reply(form.refusal()));
  const Query& query = *form ? **form : found.query;
  if (!may_wait(*found.route, query)) {
    return refuse({ErrorCode::kTooManyCallers,
                   "too many callers wait already: come again later, or give "
                   "the daemon more open files (ulimit -n)"});
  }
  Request request{parser_.head(), found.path, query,       parser_.body(),
                  peer_,          id_,        host_.now(), host_.wall()};
  // Handlers ask the engine before they write: one that throws has written
  // nothing.
  Result<> done = host_.group_commit().attempt(
      [&] { parked_ = found.route->handler(request, *this); });
  if (!done) {
    parked_.reset();
    reply(error_reply(done.refusal()));
  } else if (parked_ && parked_->made()) {
    aborts_before_ = host_.group_commit().aborts();
    host_.make_answer(id_);
  }
}

bool Connection::keeps_open() const {
  return parser_.head().keep_alive && !host_.shutting_down() &&
         parser_.state() == RequestParser::State::kDone;
}

// Of the answer to the request in hand.
Framing Connection::framing(bool close) {
  bool head_only = parser_.head().method == Method::kHead;
  answers_.add(head_only);
  return {host_.wall(), close, head_only};
}

// The answer is complete: on to the next request.
void Connection::request_done() {
  bool again = keeps_open();
  parked_.reset();
  if (matched_target_.empty()) match_.reset();
  answers_.end_request();
  dispatched_ = false;
  if (!again) return close_gently();
  if (parser_.body().capacity() > kSmall) std::string().swap(parser_.body());
  parser_.reset();
}

void Connection::refuse(const Refusal& refusal) {
  if (answers_.streaming()) {
    stream(ended_line(refusal), Promise::kProcess);
    end_stream();
    drop_caller();
  } else {
    append_reply(out_.text(), error_reply(refusal), framing(true));
  }
  mark_staged();
  close_gently();
}

void Connection::reply(Reply reply) {
  Framing framed = framing(!keeps_open());
  if (reply.body.size() > kSmall && !framed.head_only) {
    append_reply_head(out_.text(), reply, framed);
    out_.append(host_.in_flight().share(std::move(reply.body), reply.id));
  } else {
    append_reply(out_.text(), reply, framed);
  }
  if (reply.promise == Promise::kPowerLoss) host_.group_commit().promise();
  mark_staged();
}

void Connection::start_stream(std::string_view content_type) {
  answers_.add_stream(!parser_.head().http_1_0);
  append_stream_head(out_.text(), content_type, answers_.chunked(),
                     host_.wall());
  mark_staged();
}

void Connection::stream(std::string_view data, Promise promise) {
  bool news = promise == Promise::kNone;
  if (news && (writing_ || out_.uncommitted() > kMaxHeadBytes)) return;
  append_chunk(out_.text(), data, answers_.chunked());
  if (!news) answers_.add_line();
  if (promise == Promise::kPowerLoss) host_.group_commit().promise();
  mark_staged();
}

void Connection::end_stream() {
  append_last_chunk(out_.text(), answers_.chunked());
  mark_staged();
}

void Connection::schedule() {
  if (!std::exchange(scheduled_, true)) host_.schedule(id_);
}

void Connection::mark_staged() {
  if (staged_) return;
  staged_ = true;
  host_.group_commit().stage(*this);
}

}  // namespace syncq
