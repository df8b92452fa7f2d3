#include "daemon/http/connection.h"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/http/admission.h"
#include "daemon/http/form.h"
#include "daemon/http/socket_state.h"

namespace syncq {
namespace {

constexpr std::size_t kReadBuffer = 64 * 1024;

Connection& of(uv_handle_t* handle) {
  return *static_cast<Connection*>(handle->data);
}

// What GET changes, POST is for as well.
bool changes_by_get(const Route& route) {
  auto has = [&route](Method method) {
    return std::find(route.methods.begin(), route.methods.end(), method) !=
           route.methods.end();
  };
  return has(Method::kGet) && has(Method::kPost);
}

std::string explain(const HttpFault& fault, std::size_t max_message) {
  if (fault.code != ErrorCode::kBodyTooLarge) return std::string(fault.reason);
  return fmt::format(
      "the body has over {} bytes, the most that is taken: send less, or "
      "raise the daemon's --max-message",
      max_message);
}

}  // namespace

Connection::Connection(ConnectionHost& host, uv_loop_t* loop,
                       Transport transport, ConnectionId id)
    : host_(host), id_(id), exchange_(host.max_message()) {
  init_stream(loop, transport, handle_);
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
  return is_open() && !parked() && !staged_ && !writing_ && input_.empty() &&
         exchange_.state() == Exchange::State::kHead && !input_waits(fd());
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
    self.note_error(static_cast<int>(length));
    self.receive_end();
  }
}

void Connection::receive(std::string_view data) {
  if (!is_open()) return;
  come_ += data.size();
  heard_ = host_.now();
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
         (!parked() ||
          (exchange_.route() != nullptr && exchange_.route()->streams_body));
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
  if (exchange_.state() == Exchange::State::kDone) return false;
  bool head_was_open = exchange_.state() == Exchange::State::kHead;
  std::size_t taken = exchange_.feed(data);
  used += taken;
  Exchange::State state = exchange_.state();
  if (state == Exchange::State::kFailed) {
    const HttpFault& fault = exchange_.fault();
    refuse({fault.code, explain(fault, host_.max_message())});
    return false;
  }
  if (state == Exchange::State::kHead) return false;
  if (head_was_open) on_head();
  if (is_open()) on_body();
  if (exchange_.state() == Exchange::State::kDone && is_open()) dispatch();
  return taken > 0 || head_was_open;
}

// Looks at a request before its body has come.
void Connection::on_head() {
  const RequestHead& head = exchange_.head();
  if (peer_.remote) {
    Result<> admitted = host_.admit(head, id_);
    if (!admitted) return refuse(admitted.refusal());
  }
  if (!head.has_body) return;
  const auto& match = exchange_.match(host_.router());
  if (exchange_.small_body() &&
      head.content_length.value_or(0) > kMaxSmallBody) {
    refuse_body();
  } else if (match && match->route->streams_body && !is_form(head)) {
    exchange_.begin();
    handle(*match);
    if (!parked()) close_gently();
  } else {
    admit_body();
  }
}

void Connection::admit_body() {
  const RequestHead& head = exchange_.head();
  if (!has_room(head.content_length.value_or(0))) return;
  if (!head.expects_continue) return;
  out_.text() += kContinue;
  answers_.add_continue();
  mark_staged();
}

void Connection::refuse_body() {
  refuse({ErrorCode::kBodyTooLarge,
          fmt::format("the body has over {} bytes, and no more are taken "
                      "here: send less, or none",
                      kMaxSmallBody)});
}

void Connection::on_body() {
  if (parked()) {
    bool over = false;
    auto work = [&] {
      over = exchange_.parked()->body(exchange_.body(), *this);
    };
    if (host_.group_commit().attempt(work).ok()) {
      over ? parked_done() : look_for_silence();
      return;
    }
    // What it said is not stored: it has to come back and say it again.
    drop_caller();
    close_gently();
  } else if (exchange_.small_body() &&
             exchange_.body().size() > kMaxSmallBody) {
    refuse_body();
  } else if (!exchange_.head().content_length &&
             exchange_.body().size() > kSmall && host_.in_flight().full()) {
    refuse_busy();
  }
}

void Connection::dispatch() {
  share_ -= kRequestShare;
  if (!exchange_.begun()) {
    const auto& match = exchange_.match(host_.router());
    if (!has_room_for_answer()) return;
    exchange_.begin();
    if (match && peer_.remote && changes_by_get(*match->route) &&
        may_be_led(exchange_.head())) {
      return refuse({ErrorCode::kForbiddenOrigin,
                     "with the token as a password, this needs POST: a page "
                     "of another site could have a browser send a GET"});
    }
    if (match) {
      handle(*match);
    } else {
      refuse_route(match.refusal());
    }
  }
  if (!parked()) request_done();
}

void Connection::refuse_route(const Refusal& why) {
  Reply answer = error_reply(why);
  std::string fields;
  // RFC 9110, section 15.5.6.
  if (why.code == ErrorCode::kMethodNotAllowed) {
    fields = fmt::format("Allow: {}\r\n", exchange_.allow());
  }
  answer.fields = fields;
  reply(std::move(answer));
}

void Connection::handle(const Router::Match& found) {
  if (host_.shutting_down()) {
    return reply(error_reply(going_down()));
  }
  auto form = read_form(exchange_.head(), found, exchange_.body());
  if (!form) return reply(error_reply(form.refusal()));
  const Query& query = *form ? **form : found.query;
  if (!may_wait(*found.route, query)) {
    return refuse({ErrorCode::kTooManyCallers,
                   "too many callers wait already: come again later, or give "
                   "the daemon more open files (ulimit -n)"});
  }
  Request request{exchange_.head(), found.path,  query,
                  exchange_.body(), peer_,       id_,
                  host_.now(),      host_.wall()};
  // Handlers ask the engine before they write: one that throws has written
  // nothing.
  Result<> done = host_.group_commit().attempt(
      [&] { exchange_.park(found.route->handler(request, *this)); });
  if (!done) {
    exchange_.unpark();
    reply(error_reply(done.refusal()));
    return;
  }
  if (!parked()) return;
  look_for_silence();
  if (exchange_.parked()->made()) {
    aborts_before_ = host_.group_commit().aborts();
    host_.make_answer(id_);
  }
}

bool Connection::keeps_open() const {
  return exchange_.head().keep_alive && !host_.shutting_down() &&
         exchange_.state() == Exchange::State::kDone;
}

// Of the answer to the request in hand.
Framing Connection::framing(bool close) {
  bool head_only = exchange_.head().method == Method::kHead;
  answers_.add(head_only);
  return {host_.wall(), close, head_only};
}

// The answer is complete: on to the next request.
void Connection::request_done() {
  bool again = keeps_open();
  exchange_.end();
  answers_.end_request();
  if (!again) close_gently();
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
  answers_.add_stream(!exchange_.head().http_1_0,
                      exchange_.head().method == Method::kHead);
  append_stream_head(out_.text(), content_type, answers_.chunked(),
                     host_.wall());
  mark_staged();
}

bool Connection::keeps_up() const {
  return !writing_ && out_.uncommitted() <= kMaxHeadBytes;
}

bool Connection::stream(std::string_view data, Promise promise) {
  bool news = promise == Promise::kNone;
  if (news && !keeps_up()) return false;
  append_chunk(out_.text(), data, answers_.chunked());
  if (!news) answers_.add_line();
  if (promise == Promise::kPowerLoss) host_.group_commit().promise();
  mark_staged();
  return true;
}

void Connection::end_stream() {
  if (exchange_.head().method != Method::kHead)
    append_last_chunk(out_.text(), answers_.chunked());
  // An abort must not take the end away.
  answers_.add_line();
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
