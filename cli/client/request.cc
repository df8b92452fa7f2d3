#include "cli/client/request.h"

#include <fmt/format.h>

#include "cli/base/failure.h"
#include "common/names.h"
#include "common/percent.h"
#include "common/version.h"

namespace syncq {

RequestTarget& RequestTarget::segment(std::string_view text) {
  if (text == kReservedFifoName && text_ == "/fifo") {
    throw Failure(
        fmt::format("no FIFO can be named '{}': choose another name", text),
        kExitUsage);
  }
  text_ += '/';
  text_ += percent_encode(text);
  return *this;
}

RequestTarget& RequestTarget::add(std::string_view name,
                                  std::string_view value) {
  text_ += has_query_ ? '&' : '?';
  has_query_ = true;
  text_ += name;
  text_ += '=';
  text_ += percent_encode(value);
  return *this;
}

RequestTarget& RequestTarget::add_given(std::string_view name,
                                        std::string_view value) {
  return value.empty() ? *this : add(name, value);
}

RequestTarget& RequestTarget::add_flag(std::string_view name, bool value) {
  return value ? add(name, "true") : *this;
}

std::string request_head(std::string_view method, const RequestTarget& address,
                         const Target& target) {
  std::string head;
  head.reserve(512 + address.text().size());
  head.append(method).append(" ").append(address.text());
  head.append(" HTTP/1.1\r\nHost: ").append(target.host_field());
  head.append("\r\nUser-Agent: syncq/").append(kVersion).append("\r\n");
  if (!target.token.empty()) {
    head.append("Authorization: Bearer ").append(target.token).append("\r\n");
  }
  return head;
}

std::string plain_request(std::string_view method, const RequestTarget& address,
                          const Target& target, std::string_view json) {
  std::string request = request_head(method, address, target);
  if (!json.empty()) request += "Content-Type: application/json\r\n";
  if (method == "POST") {
    fmt::format_to(std::back_inserter(request), "Content-Length: {}\r\n",
                   json.size());
  }
  request += "\r\n";
  return request += json;
}

}  // namespace syncq
