#include "common/http_request_parser.h"

#include <algorithm>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/rfc7230.hpp>
#include <limits>

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

ErrorCode to_error(error_code ec, std::string_view input) {
  if (ec == http::error::body_limit) return ErrorCode::kBodyTooLarge;
  if (ec == http::error::bad_version) return ErrorCode::kVersionNotSupported;
  if (ec == http::error::header_limit) {
    // No line end in that much input: it is the target that is too long.
    return input.substr(0, kMaxHeadBytes).find('\n') == input.npos
               ? ErrorCode::kTargetTooLong
               : ErrorCode::kHeadTooLarge;
  }
  return ErrorCode::kBadRequest;
}

// Clears the head for the next request, keeping the strings' memory.
void clear(RequestHead& head) {
  head.method = Method::kOther;
  head.http_1_0 = head.expects_continue = head.has_body = false;
  head.keep_alive = true;
  head.content_length.reset();
  for (std::string* text :
       {&head.target, &head.content_type, &head.idempotency_key,
        &head.idempotency_sequence, &head.host, &head.origin,
        &head.sec_fetch_site, &head.authorization}) {
    text->clear();
  }
}

// Beast's own parser, with its findings written into a RequestHead instead
// of a container of fields: nothing is allocated for a field.
class Parser final : public http::basic_parser<true> {
 public:
  Parser(RequestHead& head, std::string& body) : head_(head), body_(body) {}

 private:
  void on_request_impl(http::verb verb, string_view, string_view target,
                       int version, error_code& ec) override {
    head_.method = to_method(verb);
    head_.target.assign(target.data(), target.size());
    head_.http_1_0 = version == 10;
    if (version != 10 && version != 11) ec = http::error::bad_version;
  }
  void on_response_impl(int, string_view, int, error_code&) override {}
  void on_field_impl(http::field name, string_view text, string_view value,
                     error_code&) override {
    if (name == http::field::expect) {
      head_.expects_continue = beast::iequals(value, "100-continue");
    } else if (std::string* slot = header_slot(head_, name, text)) {
      slot->assign(value.data(), value.size());
    }
  }
  void on_header_impl(error_code&) override {
    head_.keep_alive = keep_alive();
    auto length = content_length();
    if (length) head_.content_length = *length;
    head_.has_body = chunked() || (length && *length > 0);
  }
  void on_body_init_impl(boost::optional<std::uint64_t> const&,
                         error_code&) override {}
  std::size_t on_body_impl(string_view piece, error_code&) override {
    body_.append(piece.data(), piece.size());
    return piece.size();
  }
  void on_chunk_header_impl(std::uint64_t, string_view, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, string_view piece,
                                 error_code&) override {
    body_.append(piece.data(), piece.size());
    return piece.size();
  }
  void on_finish_impl(error_code&) override {}

  RequestHead& head_;
  std::string& body_;
};

}  // namespace

class RequestParser::Impl {
 public:
  explicit Impl(std::uint64_t body_limit) : body_limit_(body_limit) { reset(); }

  void reset() {
    clear(head_);
    body_.clear();
    state_ = State::kHead;
    parser_.emplace(head_, body_);
    parser_->header_limit(kMaxHeadBytes);
    parser_->body_limit(body_limit_);
  }

  std::size_t feed(std::string_view input) {
    std::size_t taken = 0;
    const State before = state_;
    while (state_ == before && state_ < State::kDone && taken < input.size()) {
      error_code ec;
      std::string_view rest = input.substr(taken);
      taken +=
          parser_->put(boost::asio::const_buffer(rest.data(), rest.size()), ec);
      if (ec == http::error::need_more) break;
      settle(ec, rest);
    }
    return taken;
  }

  State state_ = State::kHead;
  ErrorCode error_ = ErrorCode::kBadRequest;
  RequestHead head_;
  std::string body_;

 private:
  void settle(error_code ec, std::string_view input) {
    if (ec) {
      fail(to_error(ec, input));
    } else if (head_.target.size() > kMaxTargetBytes) {
      fail(ErrorCode::kTargetTooLong);
    } else if (parser_->is_done()) {
      state_ = State::kDone;
    } else if (parser_->is_header_done()) {
      state_ = State::kBody;
    }
  }
  void fail(ErrorCode code) {
    state_ = State::kFailed;
    error_ = code;
  }

  std::uint64_t body_limit_;
  std::optional<Parser> parser_;
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
ErrorCode RequestParser::error() const { return impl_->error_; }
const RequestHead& RequestParser::head() const { return impl_->head_; }
std::string& RequestParser::body() { return impl_->body_; }

}  // namespace syncq
