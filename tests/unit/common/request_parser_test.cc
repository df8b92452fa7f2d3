#include "common/http_request_parser.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

namespace syncq::test {
namespace {

using State = RequestParser::State;

// Feeds as a connection does: offers again, with more after it, what was not
// taken; each call stops at the head's end. Returns what was left.
std::string feed(RequestParser& parser, const std::string& bytes,
                 std::size_t piece) {
  std::string held;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    held += bytes.substr(at, piece);
    while (parser.state() < State::kDone && !held.empty()) {
      State before = parser.state();
      std::size_t taken = parser.feed(held);
      held.erase(0, taken);
      if (taken == 0 && parser.state() == before) break;
    }
  }
  return held;
}

struct Sample {
  std::string bytes;
  Method method;
  std::string target;
  std::string body;
};

const std::vector<Sample>& samples() {
  static const std::vector<Sample> all = {
      {"GET /fifo HTTP/1.1\r\nHost: x\r\n\r\n", Method::kGet, "/fifo", ""},
      {"POST /a?b=c HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello",
       Method::kPost, "/a?b=c", "hello"},
      {"PUT /q HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
       "5\r\nhello\r\n6;x=y\r\n world\r\n0\r\n\r\n",
       Method::kPut, "/q", "hello world"},
      {"PUT /q HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
       "1\r\nx\r\n0\r\nTrailer: t\r\n\r\n",
       Method::kPut, "/q", "x"},
      {"DELETE /q HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n",
       Method::kDelete, "/q", ""},
      {"PATCH / HTTP/1.1\r\nHost: x\r\n\r\n", Method::kOther, "/", ""},
      {"PUT /bin HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\n" +
           std::string("\0\r\n\xff", 4),
       Method::kPut, "/bin", std::string("\0\r\n\xff", 4)},
  };
  return all;
}

TEST_CASE("Requests are read the same in pieces of any size") {
  const std::size_t piece = GENERATE(1, 2, 3, 7, 10'000);
  RequestParser parser(1'000'000);
  for (const Sample& sample : samples()) {
    INFO(sample.bytes);
    CHECK(feed(parser, sample.bytes, piece).empty());
    REQUIRE(parser.state() == State::kDone);
    CHECK(parser.head().method == sample.method);
    CHECK(parser.head().target == sample.target);
    CHECK(parser.body() == sample.body);
    CHECK(parser.head().has_body == !sample.body.empty());
    parser.reset();
  }
}

TEST_CASE("A head that comes again is read as the first time") {
  const std::string put =
      "PUT /q HTTP/1.1\r\nHost: x\r\nIdempotency-Key: k\r\n"
      "Content-Type: text/plain\r\nContent-Length: 5\r\n\r\n";
  const std::size_t piece = GENERATE(1, 2, 7, 10'000);
  RequestParser parser(1'000'000);
  for (const char* body : {"first", "again", "third"}) {
    CHECK(feed(parser, put + body, piece).empty());
    REQUIRE(parser.state() == State::kDone);
    CHECK(parser.head().method == Method::kPut);
    CHECK(parser.head().target == "/q");
    CHECK(parser.head().idempotency_key == "k");
    CHECK(parser.head().content_type == "text/plain");
    CHECK(parser.head().content_length == 5);
    CHECK(parser.head().has_body);
    CHECK(parser.body() == body);
    parser.reset();
    CHECK(parser.head().method == Method::kOther);
    CHECK(parser.head().idempotency_key.empty());
  }
  SECTION("and the next one has nothing of it") {
    CHECK(feed(parser, samples()[0].bytes, piece).empty());
    REQUIRE(parser.state() == State::kDone);
    CHECK(parser.head().idempotency_key.empty());
    CHECK(parser.head().content_type.empty());
    CHECK_FALSE(parser.head().content_length);
    CHECK(parser.body().empty());
  }
  SECTION("and one that fails is not it") {
    feed(parser, "PUT /q HTTP/1.1\r\nHost: x\r\n\n", piece);
    REQUIRE(parser.state() == State::kFailed);
    CHECK(parser.head().idempotency_key.empty());
  }
}

TEST_CASE("A request is whole with its last byte and not before") {
  for (const Sample& sample : samples()) {
    INFO(sample.bytes);
    RequestParser parser(1'000'000);
    feed(parser, sample.bytes.substr(0, sample.bytes.size() - 1), 1);
    CHECK(parser.state() != State::kDone);
    CHECK(parser.state() != State::kFailed);
  }
}

TEST_CASE("What comes after a request is not taken with it") {
  for (const Sample& sample : samples()) {
    RequestParser parser(1'000'000);
    std::string rest = feed(parser, sample.bytes + "GET /next", 10'000);
    CHECK(parser.state() == State::kDone);
    CHECK(rest == "GET /next");
    CHECK(parser.feed(rest) == 0);
  }
}

TEST_CASE("The parser stops once at the end of the head") {
  RequestParser parser(100);
  std::string bytes =
      "PUT /q HTTP/1.1\r\nContent-Length: 2\r\nExpect: 100-continue\r\n"
      "Content-Type: text/x\r\nIdempotency-Key: k\r\nOrigin: o\r\n"
      "Sec-Fetch-Site: none\r\nAuthorization: Bearer t\r\nHost: h:1\r\n\r\n";
  CHECK(parser.feed(bytes + "ab") == bytes.size());
  REQUIRE(parser.state() == State::kBody);
  const RequestHead& head = parser.head();
  CHECK(head.has_body);
  CHECK(head.content_length == 2u);
  CHECK(head.expects_continue);
  CHECK(head.content_type == "text/x");
  CHECK(head.idempotency_key == "k");
  CHECK(head.origin == "o");
  CHECK(head.sec_fetch_site == "none");
  CHECK(head.authorization == "Bearer t");
  CHECK(head.host == "h:1");
  // And nothing of it is left in the next one.
  feed(parser, "ab", 1);
  parser.reset();
  feed(parser, "GET / HTTP/1.1\r\nHost: x\r\n\r\n", 100);
  CHECK_FALSE(parser.head().expects_continue);
  CHECK_FALSE(parser.head().content_length);
  CHECK(parser.head().content_type.empty());
  CHECK(parser.head().authorization.empty());
}

TEST_CASE("Keep-alive follows the version and the Connection field") {
  auto keep = [](const std::string& first, const std::string& field) {
    RequestParser parser(100);
    feed(parser, first + "\r\nHost: x\r\n" + field + "\r\n", 100);
    REQUIRE(parser.state() == State::kDone);
    return parser.head().keep_alive;
  };
  CHECK(keep("GET / HTTP/1.1", ""));
  CHECK_FALSE(keep("GET / HTTP/1.1", "Connection: close\r\n"));
  CHECK_FALSE(keep("GET / HTTP/1.0", ""));
  // Only the end of the connection tells an old client where an answer ends.
  CHECK_FALSE(keep("GET / HTTP/1.0", "Connection: keep-alive\r\n"));
}

struct Bad {
  std::string bytes;
  ErrorCode code;
};

TEST_CASE("Whether a request accepts server-sent events") {
  auto accepts = [](const std::string& fields) {
    RequestParser parser(1000);
    feed(parser, "GET / HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n", 1000);
    REQUIRE(parser.state() == State::kDone);
    return parser.head().accepts_event_stream;
  };
  CHECK_FALSE(accepts(""));
  CHECK_FALSE(accepts("Accept: */*\r\n"));
  CHECK(accepts("Accept: text/event-stream\r\n"));
  CHECK(accepts("Accept: Text/Event-Stream ; q=0.5, */*\r\n"));
  CHECK_FALSE(accepts("Accept: text/event-streams\r\n"));
  CHECK_FALSE(accepts("Accept: application/x;y=text/event-stream\r\n"));
  CHECK_FALSE(accepts("Accept: text/event-stream;q=0\r\n"));
  CHECK_FALSE(accepts("Accept: text/event-stream; Q=0.000\r\n"));
  CHECK(
      accepts("accept: application/json\r\n"
              "Accept: text/html, text/event-stream;q=0.5\r\n"));
  // Not from one request to the next.
  RequestParser parser(1000);
  feed(parser, "GET / HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n\r\n",
       1000);
  parser.reset();
  feed(parser, "GET / HTTP/1.1\r\nHost: x\r\n\r\n", 1000);
  CHECK_FALSE(parser.head().accepts_event_stream);
}

TEST_CASE("What is no request fails with its code, in pieces of any size") {
  const std::size_t piece = GENERATE(1, 5, 100'000);
  const std::string long_target = "GET /" + std::string(kMaxTargetBytes, 'x');
  std::string many_fields = "GET / HTTP/1.1\r\nHost: x\r\n";
  while (many_fields.size() < kMaxHeadBytes + 100) many_fields += "X: y\r\n";
  const std::vector<Bad> all = {
      {"\x16\x03\x01hello\r\n\r\n", ErrorCode::kBadRequest},
      {"GET\r\n\r\n", ErrorCode::kBadRequest},
      {"GET / HTTP/1.1\r\nHost: x\r\nBad Field: x\r\n\r\n",
       ErrorCode::kBadRequest},
      {"GET / HTTP/2.0\r\n\r\n", ErrorCode::kVersionNotSupported},
      {"GET / HTTP/1.2\r\n\r\n", ErrorCode::kVersionNotSupported},
      {long_target + " HTTP/1.1\r\nHost: x\r\n\r\n", ErrorCode::kTargetTooLong},
      {"GET /" + std::string(kMaxHeadBytes, 'x'), ErrorCode::kTargetTooLong},
      {many_fields + "\r\n", ErrorCode::kHeadTooLarge},
      {"GET / HTTP/1.1\r\nHost: x\r\nX: " + std::string(kMaxHeadBytes, 'y'),
       ErrorCode::kHeadTooLarge},
      {"PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 101\r\n\r\n",
       ErrorCode::kBodyTooLarge},
      {"PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: "
       "99999999999999999999\r\n\r\n",
       ErrorCode::kBadRequest},
      {"PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
       ErrorCode::kBadRequest},
      {"PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: "
       "2\r\n\r\nab",
       ErrorCode::kBadRequest},
      // Two ends for one body: RFC 9112, section 6.3.
      {"PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n"
       "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
       ErrorCode::kBadRequest},
      {"PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
       "Content-Length: 1\r\n\r\n0\r\n\r\n",
       ErrorCode::kBadRequest},
      {"PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
       ErrorCode::kBadRequest},
      {"PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n65\r\n" +
           std::string(101, 'x') + "\r\n0\r\n\r\n",
       ErrorCode::kBodyTooLarge},
      {"PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
       "ffffffffffffffffff\r\n",
       ErrorCode::kBadRequest},
  };
  for (const Bad& bad : all) {
    INFO(bad.bytes.substr(0, 200));
    RequestParser parser(100);
    feed(parser, bad.bytes, piece);
    REQUIRE(parser.state() == State::kFailed);
    CHECK(error_name(parser.fault().code) == error_name(bad.code));
    CHECK(parser.feed("more") == 0);
  }
}

TEST_CASE("The largest allowed of everything is taken") {
  RequestParser parser(100);
  std::string target = "/" + std::string(kMaxTargetBytes - 1, 'x');
  std::string body(100, 'b');
  feed(parser,
       "PUT " + target + " HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n" +
           body,
       1000);
  CHECK(parser.state() == State::kDone);
  CHECK(parser.head().target == target);
  CHECK(parser.body() == body);
}

}  // namespace
}  // namespace syncq::test
