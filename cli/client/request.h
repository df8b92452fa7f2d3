#pragma once

#include <string>
#include <string_view>

#include "cli/client/target.h"

namespace syncq {

// Builds a request's path and query, percent-encoding each piece.
class RequestTarget {
 public:
  // `path` as it stands, such as "/fifo/new".
  explicit RequestTarget(std::string path) : text_(std::move(path)) {}

  // Adds "/SEGMENT" to the path, before any parameter. Throws Failure for a
  // FIFO called "new": /fifo/new makes one.
  RequestTarget& segment(std::string_view text);
  RequestTarget& add(std::string_view name, std::string_view value);
  // Adds it unless the value is empty.
  RequestTarget& add_given(std::string_view name, std::string_view value);
  // Adds `name=true` if it is set.
  RequestTarget& add_flag(std::string_view name, bool value);

  const std::string& text() const { return text_; }

 private:
  std::string text_;
  bool has_query_ = false;
};

// The head of a request, without the framing of a body and the empty line.
std::string request_head(std::string_view method, const RequestTarget& address,
                         const Target& target);

// A whole request, with a JSON body or none.
std::string plain_request(std::string_view method, const RequestTarget& address,
                          const Target& target, std::string_view json = "");

}  // namespace syncq
