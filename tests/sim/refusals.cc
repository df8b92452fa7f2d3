// Requests that end their connection: of clients that are not let in, and what
// is not HTTP.

#include "tests/sim/refusals.h"

#include <array>

namespace syncq {
namespace {

constexpr std::string_view kToken = "the-token-that-is-asked-for";

}  // namespace

const std::string& TokenFile::token() {
  static const std::string token(kToken);
  return token;
}

namespace sim {
namespace {

constexpr std::array kGarbage = {
    "\x16\x03\x01\x02",
    "HELLO\r\n\r\n",
    "GET /status HTTP/1.1\r\n\r\n",
    "GET /status HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
    "GET /status HTTP/1.1\r\nHost: x\r\nBad Field: y\r\n\r\n",
    "PUT /queues/q HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n"
    "Content-Length: 2\r\n\r\nab",
    "PUT /queues/q HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n"
    "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "PUT /queues/q HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    "1\r\na\r\nzz\r\n"};

// How much of it the parser has to see: the answer never depends on how the
// bytes were cut.
std::optional<TurnedAway> fault_of(std::string_view bytes) {
  for (std::size_t size = 1; size <= bytes.size(); ++size) {
    RequestParser parser(1024 * 1024);
    std::string_view left = bytes.substr(0, size);
    while (std::size_t taken = parser.feed(left)) left.remove_prefix(taken);
    if (parser.state() == RequestParser::State::kFailed) {
      return TurnedAway{parser.fault().code, size};
    }
  }
  return std::nullopt;
}

std::optional<ErrorCode> not_let_in(Shown shown) {
  switch (shown) {
    case Shown::kToken:
    case Shown::kPassword:
    case Shown::kOwnPage:
      return std::nullopt;
    case Shown::kForeignHost:
      return ErrorCode::kForbiddenHost;
    case Shown::kForeignPage:
    case Shown::kForeignSite:
      return ErrorCode::kForbiddenOrigin;
    default:
      return ErrorCode::kUnauthorized;
  }
}

// A page could have led a browser to send it, which adds the password.
bool may_be_led(const Ask& ask) {
  if (ask.shown != Shown::kPassword) return false;
  switch (ask.verb) {
    case Verb::kTicket:
    case Verb::kWait:
    case Verb::kHead:
    case Verb::kTail:
    case Verb::kConsume:
      return true;
    default:
      return false;
  }
}

}  // namespace

Admission::Rules admission_rules() {
  return {{*parse_tcp_address("127.0.0.1:7077")}, {"x"}, true};
}

std::string fields_of(Shown shown) {
  const std::string here = "Host: x\r\n";
  const std::string bearer =
      "Authorization: Bearer " + std::string(kToken) + "\r\n";
  switch (shown) {
    case Shown::kToken:
      return here + bearer;
    case Shown::kPassword:  // base64 of ":the-token-that-is-asked-for"
      return "Host: localhost:7077\r\nAuthorization: Basic "
             "OnRoZS10b2tlbi10aGF0LWlzLWFza2VkLWZvcg==\r\n";
    case Shown::kOwnPage:
      return "Host: 127.0.0.1:7077\r\nOrigin: http://127.0.0.1:7077\r\n"
             "Sec-Fetch-Site: same-origin\r\n" +
             bearer;
    case Shown::kNothing:
      return here;
    case Shown::kWrongToken:
      return here + "Authorization: Bearer the-token-that-is-asked-foR\r\n";
    case Shown::kForeignHost:
      return "Host: evil.example\r\n" + bearer;
    case Shown::kForeignPage:
      return here + "Origin: http://evil.example\r\n" + bearer;
    case Shown::kForeignSite:
      return here + "Sec-Fetch-Site: cross-site\r\n" + bearer;
  }
  return "";
}

std::string garbage(int number) {
  return kGarbage[static_cast<std::size_t>(number) % kGarbage.size()] +
         std::string("DELETE /queues/q HTTP/1.1\r\nHost: x\r\n\r\n");
}

std::optional<TurnedAway> turned_away(const Ask& ask,
                                      const std::string& bytes) {
  std::optional<TurnedAway> fault;
  if (ask.verb == Verb::kGarbage) fault = fault_of(bytes);
  if (!ask.shown || ask.verb == Verb::kAnnounce) return fault;
  std::size_t head = bytes.find("\r\n\r\n") + 4;
  if (fault && fault->at <= head) return fault;
  if (auto code = not_let_in(*ask.shown)) return TurnedAway{*code, head};
  if (may_be_led(ask)) {
    return TurnedAway{ErrorCode::kForbiddenOrigin, bytes.size()};
  }
  return fault;
}

}  // namespace sim
}  // namespace syncq
