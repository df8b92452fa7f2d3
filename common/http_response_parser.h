#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace syncq {

// Parses one response of the daemon, from whatever pieces the socket gives.
// Interim 1xx responses are skipped. One thread.
class ResponseParser {
 public:
  enum class State { kHead, kBody, kDone, kFailed };

  ResponseParser();
  ResponseParser(ResponseParser&&) noexcept;
  ResponseParser& operator=(ResponseParser&&) noexcept;
  ~ResponseParser();

  // Takes a prefix of `input` and returns its length; the caller offers the
  // rest again with more after it.
  std::size_t feed(std::string_view input);
  // The peer closed: ends a body that lasts until the close; any other
  // incomplete message fails.
  void finish();
  void reset();

  State state() const;
  int status() const;
  const std::string& content_type() const;
  // The value of the Server field: "syncq/VERSION".
  const std::string& server() const;
  // The value of one of the daemon's own Syncq-* fields (name in lower case),
  // or "".
  const std::string& syncq_field(std::string_view name) const;
  // The body as far as it has come. The caller may take it away piece by piece.
  std::string& body();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace syncq
