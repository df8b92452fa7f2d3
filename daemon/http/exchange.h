#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "common/http_request_parser.h"
#include "daemon/http/router.h"

namespace syncq {

// The request in hand of a connection: read, matched to its route, handed to
// its handler and, if that does not answer at once, parked. Then the next one
// takes its place. Knows neither socket nor answers. One thread.
class Exchange {
 public:
  using State = RequestParser::State;

  // `max_body` in bytes.
  explicit Exchange(std::uint64_t max_body) : parser_(max_body) {}

  // As RequestParser has them.
  std::size_t feed(std::string_view input) { return parser_.feed(input); }
  State state() const { return parser_.state(); }
  const HttpFault& fault() const { return parser_.fault(); }
  const RequestHead& head() const { return parser_.head(); }
  std::string& body() { return parser_.body(); }
  const std::string& body() const { return parser_.body(); }

  // What the router says of the head, once that is there; valid until the next
  // match() or end().
  const Result<Router::Match>& match(const Router& router);
  // Null before match(), and if it has found none.
  const Route* route() const;
  // The value of Allow, if another method would be right.
  const std::string& allow() const { return allow_; }
  // No more than kMaxSmallBody bytes may come. Without a route nothing says
  // that the body may be large.
  bool small_body() const;

  // It is handed to its handler, or refused in place of it.
  void begin() { begun_ = true; }
  bool begun() const { return begun_; }

  // Null: its handler has answered.
  void park(std::unique_ptr<ParkedRequest> request) {
    parked_ = std::move(request);
  }
  // Null if it is not parked.
  ParkedRequest* parked() const { return parked_.get(); }

  void unpark() { parked_.reset(); }

  // Its answer is complete: the next one may come.
  void end();
  // It goes no further, and none comes after it.
  void drop_body() { std::string().swap(body()); }

 private:
  RequestParser parser_;
  // The last route looked for, or why there is none.
  std::optional<Result<Router::Match>> match_;
  std::string allow_;
  Method matched_method_ = Method::kOther;
  std::string matched_target_;
  bool begun_ = false;
  std::unique_ptr<ParkedRequest> parked_;
};

}  // namespace syncq
