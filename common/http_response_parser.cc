#include "common/http_response_parser.h"

#include <algorithm>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/rfc7230.hpp>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>

namespace syncq {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;
using beast::error_code;
using beast::string_view;

struct Head {
  int status = 0;
  std::string content_type;
  std::string server;
  std::map<std::string, std::string, std::less<>> syncq_fields;
};

class ResponseReader final : public http::basic_parser<false> {
 public:
  ResponseReader(Head& head, std::string& body) : head_(head), body_(body) {}

  // Whether the line before a chunk is next.
  bool before_chunk() const { return is_header_done() && chunked() && !left_; }

 private:
  void on_request_impl(http::verb, string_view, string_view, int,
                       error_code&) override {}
  void on_response_impl(int status, string_view, int, error_code&) override {
    head_.status = status;
  }
  void on_field_impl(http::field name, string_view text, string_view value,
                     error_code&) override {
    if (name == http::field::content_type) {
      head_.content_type.assign(value.data(), value.size());
    } else if (name == http::field::server) {
      head_.server.assign(value.data(), value.size());
    } else if (beast::iequals(text.substr(0, 6), "syncq-")) {
      std::string lower(text.data(), text.size());
      std::transform(lower.begin(), lower.end(), lower.begin(),
                     [](unsigned char c) { return std::tolower(c); });
      head_.syncq_fields[lower].assign(value.data(), value.size());
    }
  }
  void on_header_impl(error_code&) override {}
  void on_body_init_impl(boost::optional<std::uint64_t> const&,
                         error_code&) override {}
  std::size_t on_body_impl(string_view piece, error_code&) override {
    body_.append(piece.data(), piece.size());
    return piece.size();
  }
  void on_chunk_header_impl(std::uint64_t size, string_view,
                            error_code&) override {
    left_ = size;
  }
  std::size_t on_chunk_body_impl(std::uint64_t, string_view piece,
                                 error_code&) override {
    body_.append(piece.data(), piece.size());
    left_ -= piece.size();
    return piece.size();
  }
  void on_finish_impl(error_code&) override {}

  Head& head_;
  std::string& body_;
  std::uint64_t left_ = 0;  // of the current chunk
};

// The shortest last chunk: Beast 1.74 asserts that it sees no less of one
// twice.
constexpr std::size_t kLastChunk = std::string_view("0\r\n\r\n").size();

}  // namespace

class ResponseParser::Impl {
 public:
  Impl() { reset(); }

  void reset() {
    head_ = Head{};
    body_.clear();
    state_ = State::kHead;
    parser_.emplace(head_, body_);
    // The daemon is ours and bounds what it sends; a message may be as large
    // as its --max-message allows. Not boost::none: Beast 1.74 then refuses
    // each response with a Content-Length.
    parser_->body_limit(std::numeric_limits<std::uint64_t>::max());
    parser_->eager(true);
  }

  std::size_t feed(std::string_view input) {
    std::size_t taken = 0;
    while (state_ < State::kDone && taken < input.size()) {
      error_code ec;
      std::string_view rest = input.substr(taken);
      if (parser_->before_chunk() && rest.size() < kLastChunk) break;
      taken +=
          parser_->put(boost::asio::const_buffer(rest.data(), rest.size()), ec);
      if (ec == http::error::need_more) {
        if (parser_->is_header_done()) state_ = State::kBody;
        break;
      }
      settle(ec);
    }
    return taken;
  }

  void finish() {
    if (state_ >= State::kDone) return;
    error_code ec;
    if (parser_->got_some()) parser_->put_eof(ec);
    state_ = !ec && parser_->is_done() ? State::kDone : State::kFailed;
  }

  State state_ = State::kHead;
  Head head_;
  std::string body_;

 private:
  void settle(error_code ec) {
    if (ec) {
      state_ = State::kFailed;
    } else if (parser_->is_done()) {
      if (head_.status / 100 == 1) {
        reset();
      } else {
        state_ = State::kDone;
      }
    } else if (parser_->is_header_done()) {
      state_ = State::kBody;
    }
  }

  std::optional<ResponseReader> parser_;
};

ResponseParser::ResponseParser() : impl_(std::make_unique<Impl>()) {}
ResponseParser::ResponseParser(ResponseParser&&) noexcept = default;
ResponseParser& ResponseParser::operator=(ResponseParser&&) noexcept = default;
ResponseParser::~ResponseParser() = default;

std::size_t ResponseParser::feed(std::string_view input) {
  return impl_->feed(input);
}
void ResponseParser::finish() { impl_->finish(); }
void ResponseParser::reset() { impl_->reset(); }
ResponseParser::State ResponseParser::state() const { return impl_->state_; }
int ResponseParser::status() const { return impl_->head_.status; }
const std::string& ResponseParser::content_type() const {
  return impl_->head_.content_type;
}
const std::string& ResponseParser::server() const {
  return impl_->head_.server;
}
const std::string& ResponseParser::syncq_field(std::string_view name) const {
  static const std::string none;
  auto found = impl_->head_.syncq_fields.find(name);
  return found == impl_->head_.syncq_fields.end() ? none : found->second;
}
std::string& ResponseParser::body() { return impl_->body_; }

}  // namespace syncq
