#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "common/http_fault.h"
#include "common/http_framing.h"

namespace syncq {

enum class Method { kGet, kHead, kPost, kPut, kDelete, kOther };

// The parts of a request's head that the daemon reads. Strings keep their
// capacity from one request to the next.
struct RequestHead {
  Method method = Method::kOther;
  // The path and query, also from an absolute form; "*" if a path is not what
  // is asked for.
  std::string target;
  bool http_1_0 = false;
  bool keep_alive = true;
  bool expects_continue = false;
  bool has_body = false;
  bool accepts_event_stream = false;  // Accept names text/event-stream
  std::optional<std::uint64_t> content_length;
  std::string content_type;
  std::string idempotency_key;
  std::string idempotency_sequence;  // Syncq-Sequence
  std::string host;                  // the target's if it has one
  std::string origin;
  std::string sec_fetch_site;
  std::string authorization;
};

// Parses requests off one connection, in order, from whatever pieces the socket
// gives; the result does not depend on how they were cut. Keeps no input: the
// caller offers again, with more after it, what `feed` did not take. One
// thread.
class RequestParser {
 public:
  enum class State {
    kHead,    // the head is not whole yet
    kBody,    // the head is there, the body not yet
    kDone,    // a whole request; reset() starts the next
    kFailed,  // fault() says why; the connection can't be used any more
  };

  explicit RequestParser(std::uint64_t body_limit);
  RequestParser(RequestParser&&) noexcept;
  RequestParser& operator=(RequestParser&&) noexcept;
  ~RequestParser();

  // Takes a prefix of `input` and returns its length. Stops once when the
  // head is whole, so that the caller can look at it before the body.
  std::size_t feed(std::string_view input);
  void reset();

  State state() const;
  const HttpFault& fault() const;
  const RequestHead& head() const;
  // The body as far as it has come. The caller may take it away piece by piece.
  std::string& body();
  const std::string& body() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace syncq
