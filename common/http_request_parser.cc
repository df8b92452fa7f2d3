#include "common/http_request_parser.h"

#include <algorithm>
#include <array>
#include <boost/beast/http/basic_parser.hpp>
#include <utility>

#include "common/accept_field.h"
#include "common/http_target.h"

namespace syncq {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;
using beast::error_code;
using beast::string_view;

Method to_method(http::verb verb) {
  switch (verb) {
    case http::verb::get:
      return Method::kGet;
    case http::verb::head:
      return Method::kHead;
    case http::verb::post:
      return Method::kPost;
    case http::verb::put:
      return Method::kPut;
    case http::verb::delete_:
      return Method::kDelete;
    default:
      return Method::kOther;
  }
}

constexpr HttpFault kMalformed{
    ErrorCode::kBadRequest,
    "the request is not as RFC 9112 has it: correct its head or its chunks"};
constexpr HttpFault kLongBody{
    ErrorCode::kBodyTooLarge,
    "the body is too large: send less, or raise --max-message"};
constexpr HttpFault kOtherVersion{
    ErrorCode::kVersionNotSupported,
    "this HTTP version is not spoken here: use HTTP/1.1"};
constexpr HttpFault kBadTarget{
    ErrorCode::kBadRequest,
    "the request's target must be a path, or http:// with a host and a path"};
constexpr HttpFault kBadHost{
    ErrorCode::kBadRequest,
    "HTTP/1.1 wants one Host field with a host, and a port or none, in it"};
constexpr HttpFault kBadCoding{
    ErrorCode::kBadRequest,
    "Transfer-Encoding can only be chunked, once, in HTTP/1.1: send the body "
    "so, or with a Content-Length"};
constexpr HttpFault kBadLength{
    ErrorCode::kBadRequest,
    "Content-Length must be one number, and not beside a Transfer-Encoding"};
constexpr HttpFault kTwice{
    ErrorCode::kBadRequest,
    "a header field that says one thing is there twice: send it once"};

// Each form of target has its methods: RFC 9112, section 3.2.
std::optional<HttpTarget> read_target_of(http::verb verb,
                                         std::string_view text) {
  if (verb == http::verb::connect) return read_connect_target(text);
  if (text == "*" && verb != http::verb::options) return std::nullopt;
  return read_target(text);
}

// How many fields header_slot() has room for.
constexpr std::size_t kSlots = 7;

std::string* header_slot(RequestHead& head, http::field name,
                         string_view text) {
  switch (name) {
    case http::field::content_type:
      return &head.content_type;
    case http::field::host:
      return &head.host;
    case http::field::origin:
      return &head.origin;
    case http::field::authorization:
      return &head.authorization;
    default:
      break;
  }
  // Beast 1.74 has no names for these.
  if (beast::iequals(text, "idempotency-key")) return &head.idempotency_key;
  if (beast::iequals(text, "syncq-sequence")) {
    return &head.idempotency_sequence;
  }
  if (beast::iequals(text, "sec-fetch-site")) return &head.sec_fetch_site;
  return nullptr;
}

const HttpFault& fault_of(error_code ec) {
  if (ec == http::error::body_limit) return kLongBody;
  if (ec == http::error::bad_version) return kOtherVersion;
  if (ec == http::error::bad_content_length) return kBadLength;
  if (ec == http::error::bad_transfer_encoding) return kBadCoding;
  return kMalformed;
}

const RequestHead kNoHead;

// A connection keeps no longer head between its requests.
constexpr std::size_t kMaxKnownHead = 512;

// Clears the head for the next request, keeping the strings' memory.
void clear(RequestHead& head) {
  head.method = Method::kOther;
  head.http_1_0 = head.expects_continue = head.has_body = false;
  head.accepts_event_stream = false;
  head.keep_alive = true;
  head.content_length.reset();
  for (std::string* text :
       {&head.target, &head.content_type, &head.idempotency_key,
        &head.idempotency_sequence, &head.host, &head.origin,
        &head.sec_fetch_site, &head.authorization}) {
    text->clear();
  }
}

// Beast's own parser, writing its findings into a RequestHead instead of a
// container of fields: nothing is allocated for a field. Stricter than Beast if
// a proxy in front may read the same bytes in another way.
class RequestReader final : public http::basic_parser<true> {
 public:
  RequestReader(RequestHead& head, std::string& body)
      : head_(head), body_(body) {}

  // Why it failed, unless Beast itself found the error.
  const HttpFault* fault() const { return fault_; }
  // Whether the line before a chunk is next, and whether it is not the first.
  bool before_chunk() const { return in_body_ && chunked() && left_ == 0; }
  bool behind_chunk() const { return behind_chunk_; }

 private:
  void on_request_impl(http::verb verb, string_view, string_view target,
                       int version, error_code& ec) override {
    head_.method = to_method(verb);
    head_.http_1_0 = version == 10;
    if (version != 10 && version != 11) {
      ec = http::error::bad_version;
      return;
    }
    auto read = read_target_of(verb, {target.data(), target.size()});
    if (!read) return refuse(kBadTarget, ec);
    head_.target.assign(read->path);
    authority_.assign(read->authority);
  }
  void on_response_impl(int, string_view, int, error_code&) override {}
  void on_field_impl(http::field name, string_view text, string_view value,
                     error_code& ec) override {
    // RFC 9110, section 6.5.1: a trailer is not a header field.
    if (in_body_) return;
    switch (name) {
      case http::field::transfer_encoding:
        // Beast takes an unknown coding for a request without a body.
        if (head_.http_1_0 || !beast::iequals(value, "chunked")) {
          refuse(kBadCoding, ec);
        }
        break;
      case http::field::content_length:
        if (std::exchange(has_length_, true) ||
            value.find_first_not_of("0123456789") != value.npos) {
          refuse(kBadLength, ec);
        }
        break;
      case http::field::expect:
        head_.expects_continue =
            !head_.http_1_0 && beast::iequals(value, "100-continue");
        break;
      case http::field::accept:
        // A list, which may be in several fields.
        head_.accepts_event_stream |=
            names_event_stream({value.data(), value.size()});
        break;
      default:
        if (std::string* slot = header_slot(head_, name, text)) {
          keep(*slot, value, ec);
        }
    }
  }
  void keep(std::string& slot, string_view value, error_code& ec) {
    if (given(slot)) return refuse(kTwice, ec);
    given_[given_count_++] = &slot;
    slot.assign(value.data(), value.size());
  }
  bool given(const std::string& slot) const {
    auto end = given_.begin() + given_count_;
    return std::find(given_.begin(), end, &slot) != end;
  }
  void on_header_impl(error_code& ec) override {
    bool named = given(head_.host) || head_.http_1_0;
    if (!named || !is_host(head_.host)) {
      return refuse(kBadHost, ec);
    }
    if (!authority_.empty()) head_.host = authority_;
    // We do not answer HTTP/1.0's own way to keep a connection.
    head_.keep_alive = keep_alive() && !head_.http_1_0;
    auto length = content_length();
    if (length) head_.content_length = *length;
    head_.has_body = chunked() || (length && *length > 0);
    in_body_ = true;
  }
  void on_body_init_impl(boost::optional<std::uint64_t> const&,
                         error_code&) override {}
  std::size_t on_body_impl(string_view piece, error_code&) override {
    body_.append(piece.data(), piece.size());
    return piece.size();
  }
  void on_chunk_header_impl(std::uint64_t size, string_view,
                            error_code&) override {
    left_ = size;
    behind_chunk_ = true;
  }
  std::size_t on_chunk_body_impl(std::uint64_t, string_view piece,
                                 error_code&) override {
    body_.append(piece.data(), piece.size());
    left_ -= piece.size();
    return piece.size();
  }
  void on_finish_impl(error_code&) override {}

  void refuse(const HttpFault& fault, error_code& ec) {
    fault_ = &fault;
    ec = http::error::bad_field;
  }

  RequestHead& head_;
  std::string& body_;
  const HttpFault* fault_ = nullptr;
  std::string authority_;  // of the target
  std::array<const std::string*, kSlots> given_{};
  std::size_t given_count_ = 0;
  bool has_length_ = false;
  bool in_body_ = false;
  bool behind_chunk_ = false;
  std::uint64_t left_ = 0;  // of the current chunk
};

}  // namespace

class RequestParser::Impl {
 public:
  explicit Impl(std::uint64_t body_limit) : body_limit_(body_limit) { reset(); }

  void reset() {
    if (known_.empty()) {
      // A plain assignment would keep the strings' memory.
      std::exchange(head_, {});
      parser_.reset();
    }
    body_.clear();
    state_ = State::kHead;
    seen_ = left_ = 0;
    has_head_ = false;
  }

  // As far as it has been read.
  const RequestHead& head() const { return has_head_ ? head_ : kNoHead; }

  std::size_t feed(std::string_view input) {
    std::size_t taken = 0;
    const State before = state_;
    while (state_ == before && state_ < State::kDone && taken < input.size()) {
      std::size_t step = advance(input.substr(taken));
      if (step == 0) break;
      taken += step;
    }
    return taken;
  }

  State state_ = State::kHead;
  const HttpFault* fault_ = &kMalformed;
  std::string body_;

 private:
  // Takes the next part if it is whole.
  std::size_t advance(std::string_view input) {
    if (state_ == State::kHead && input[0] == '\r') {
      // Empty lines before a request, RFC 9112, section 2.2.
      if (input.starts_with("\r\n")) return 2;
      if (input.size() == 1) return 0;
    }
    if (state_ == State::kHead && !known_.empty() &&
        input.starts_with(known_)) {
      begin_body();
      return known_.size();
    }
    if (left_ > 0) return take_body(input);
    Extent part = extent(input);
    if (part.fault != nullptr) return fail(*part.fault);
    seen_ = part.length == 0 ? input.size() : 0;
    if (part.length == 0) return 0;
    input = input.substr(0, part.length);
    return state_ == State::kHead ? parse_head(input) : parse(input);
  }
  Extent extent(std::string_view input) const {
    if (state_ == State::kHead) return head_extent(input, seen_);
    if (!parser_->before_chunk()) return {input.size(), nullptr};
    return chunk_extent(input, parser_->behind_chunk(), seen_);
  }
  std::size_t take_body(std::string_view input) {
    input = input.substr(0, left_);
    body_.append(input);
    left_ -= input.size();
    if (left_ == 0) state_ = State::kDone;
    return input.size();
  }
  // After a whole head that is not chunked.
  void begin_body() {
    has_head_ = true;
    left_ = head_.content_length.value_or(0);
    state_ = left_ > 0 ? State::kBody : State::kDone;
  }
  std::size_t parse_head(std::string_view part) {
    clear(head_);
    known_.clear();
    has_head_ = true;
    parser_ = std::make_unique<RequestReader>(head_, body_);
    parser_->header_limit(kMaxHeadBytes);
    parser_->body_limit(body_limit_);
    std::size_t taken = parse(part);
    if (state_ == State::kFailed || parser_->chunked()) return taken;
    parser_.reset();
    begin_body();
    if (part.size() <= kMaxKnownHead) known_.assign(part);
    return taken;
  }
  std::size_t parse(std::string_view part) {
    error_code ec;
    std::size_t taken =
        parser_->put(boost::asio::const_buffer(part.data(), part.size()), ec);
    if (ec) {
      return fail(parser_->fault() != nullptr ? *parser_->fault()
                                              : fault_of(ec));
    }
    state_ = parser_->is_done()          ? State::kDone
             : parser_->is_header_done() ? State::kBody
                                         : State::kHead;
    return taken;
  }
  std::size_t fail(const HttpFault& fault) {
    state_ = State::kFailed;
    fault_ = &fault;
    return 0;
  }

  std::uint64_t body_limit_;
  std::size_t seen_ = 0;  // of the current part, while incomplete
  std::size_t left_ = 0;  // of a body whose length is known
  RequestHead head_;
  bool has_head_ = false;  // head_ is the current request's
  // The bytes that head_ was read from: most clients repeat the same head, and
  // parsing it is most of the work of a small request. Empty if there are none
  // to reuse.
  std::string known_;
  std::unique_ptr<RequestReader> parser_;  // of a head, or of chunks
};

RequestParser::RequestParser(std::uint64_t body_limit)
    : impl_(std::make_unique<Impl>(body_limit)) {}
RequestParser::RequestParser(RequestParser&&) noexcept = default;
RequestParser& RequestParser::operator=(RequestParser&&) noexcept = default;
RequestParser::~RequestParser() = default;

std::size_t RequestParser::feed(std::string_view input) {
  return impl_->feed(input);
}
void RequestParser::reset() { impl_->reset(); }
RequestParser::State RequestParser::state() const { return impl_->state_; }
const HttpFault& RequestParser::fault() const { return *impl_->fault_; }
const RequestHead& RequestParser::head() const { return impl_->head(); }
std::string& RequestParser::body() { return impl_->body_; }

const std::string& RequestParser::body() const { return impl_->body_; }

}  // namespace syncq
