// The result must not depend on how the socket cut the bytes.

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "common/http_request_parser.h"

namespace syncq::test {
namespace {

using State = RequestParser::State;

constexpr std::size_t kBodyLimit = 100;

// What one connection reads from these bytes, as text: the requests, what ended
// them, and how far it came. `ends`: how many bytes are there each time.
std::string replay(const std::string& bytes,
                   const std::vector<std::size_t>& ends) {
  RequestParser parser(kBodyLimit);
  std::string seen;
  std::size_t at = 0;
  for (std::size_t end : ends) {
    while (parser.state() != State::kFailed) {
      State before = parser.state();
      std::size_t taken =
          parser.feed(std::string_view(bytes).substr(at, end - at));
      at += taken;
      if (parser.state() == State::kDone) {
        const RequestHead& head = parser.head();
        seen += std::to_string(static_cast<int>(head.method)) + head.target +
                "|" + head.host + "|" + head.content_type + "|" +
                (head.keep_alive ? "k|" : "c|") + parser.body() + "\n";
        parser.reset();
      } else if (taken == 0 && parser.state() == before) {
        break;
      }
    }
  }
  if (parser.state() == State::kFailed) {
    seen += error_name(parser.fault().code);
    seen += parser.fault().reason;
  } else {
    seen += parser.state() == State::kHead ? "head" : "body";
  }
  return seen + " at " + std::to_string(at);
}

std::vector<std::size_t> pieces(std::size_t size, std::size_t piece) {
  std::vector<std::size_t> ends;
  for (std::size_t end = piece; end < size; end += piece) ends.push_back(end);
  ends.push_back(size);
  return ends;
}

std::string head(const std::string& fields) {
  return "GET /a HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n";
}

std::string chunked(const std::string& body) {
  return head("Transfer-Encoding: chunked\r\n") + body + head("");
}

std::vector<std::string> corpus() {
  std::vector<std::string> all = {
      head("") + head("Content-Type: t\r\n") + head("Connection: close\r\n"),
      "\r\n\r\n" + head("") + "\r\n" + head(""),
      "\r" + head(""),
      "\n" + head(""),
      "GET / HTTP/1.0\r\n\r\n" + head(""),
      head("Content-Length: 5\r\n") + "hello" + head(""),
      head("Content-Length: 5\r\n") + "\r\n\r\n\r" + head(""),
      head("Content-Length: 101\r\n"),
      head("Content-Length: 5, 5\r\n") + "hello",
      chunked("5\r\nhello\r\n0\r\n\r\n"),
      chunked("1\r\na\r\n1\r\nb\r\n0\r\n\r\n"),
      chunked("5;a=\"b\\\"c\";d\r\nhello\r\n0;e\r\nA: b\r\nC: d\r\n\r\n"),
      chunked("5;a=\"\r\nhello\r\n0\r\n\r\n\"\r\n"),
      chunked("0;a=\"\r\n\r\n\"\r\n\r\n"),
      chunked("5\r\nhelloo\r\n0\r\n\r\n"),
      chunked("5\r\nhello\n0\r\n\r\n"),
      chunked("5\rhello\r\n0\r\n\r\n"),
      chunked("5\r\nhello\r\n0\r\nA: b\r\n c\r\n\r\n"),
      chunked("0\r\nContent-Type: t\r\n\r\n"),
      chunked("65\r\n"),
      chunked("32\r\n" + std::string(50, 'a') + "\r\n33\r\n"),
      chunked("g\r\n"),
      chunked("0x5\r\n"),
      chunked("ffffffffffffffffffffff\r\n"),
      "GET /version \r\n\r\n",
      "GET /version\r\n\r\n",
      "GET /a HTTP/2.0\r\nHost: x\r\n\r\n",
      "GET /a HTTP/1.1\r\nHost : x\r\n\r\n",
      "GET /a HTTP/1.1\r\n\r\n",
      "GET /a HTTP/1.1\r\n Host: x\r\n\r\n",
      "GET /a HTTP/1.1\nHost: x\n\n",
      "GET h/a HTTP/1.1\r\nHost: x\r\n\r\n",
      "\x16\x03\x01\x02\r\n\r\n",
      head("A: b\rC: d\r\n"),
      head("A: b\r\n\tc\r\n"),
      head("A: b\nC: d\r\n"),
      head("Transfer-Encoding: gzip\r\n") + "0\r\n\r\n",
      head(std::string("A: b\0c\r\n", 8)),
  };
  return all;
}

TEST_CASE("Requests are the same byte by byte, whole and cut anywhere") {
  for (const std::string& bytes : corpus()) {
    INFO(bytes);
    std::string whole = replay(bytes, {bytes.size()});
    CHECK(replay(bytes, pieces(bytes.size(), 1)) == whole);
    for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
      REQUIRE(replay(bytes, {cut, bytes.size()}) == whole);
    }
  }
}

// A head of the exact size, by a target and a field of these lengths.
TEST_CASE("At the limits of a head it does not matter how it was cut") {
  const int around = GENERATE(-2, -1, 0, 1, 2);
  auto at = [&](std::size_t limit, const std::string& rest) {
    return limit + static_cast<std::size_t>(around) - rest.size();
  };
  std::vector<std::string> all;
  std::string target(at(kMaxTargetBytes, "/"), 't');
  for (const char* version : {" HTTP/1.1\r\n", " HTTP/1.1", "", " \r\n"}) {
    all.push_back("GET /" + target + version + "Host: x\r\n\r\n");
  }
  std::string around_field = head("A: \r\n");
  std::string field(at(kMaxHeadBytes, around_field), 'f');
  all.push_back(head("A: " + field + "\r\n") + head(""));
  all.push_back(head("A: " + field + "\n"));
  all.push_back(head("A: " + field + "\r\n b\r\n"));
  all.push_back(head(field + ": b"));
  all.push_back("GET /a HTTP/1.1\r\nA: " + field);
  std::string long_line = "GET /" + std::string(kMaxTargetBytes - 1, 't') +
                          " HTTP/1.1\r\nHost: x\r\nA: ";
  std::string long_field(at(kMaxHeadBytes, long_line + "\r\n\r\n"), 'f');
  all.push_back(long_line + long_field + "\r\n\r\n" + head(""));
  std::string extension(at(kMaxChunkLine, "5;\r\n"), 'e');
  all.push_back(chunked("5;" + extension + "\r\nhello\r\n0\r\n\r\n"));
  all.push_back(chunked("5\r\nhello\r\n0;" + extension + "\r\n\r\n"));
  all.push_back(
      chunked(std::string(at(kMaxChunkLine, "\r\n"), '0') + "\r\n\r\n"));
  std::string trailer(at(kMaxHeadBytes, "0\r\nA: \r\n\r\n"), 't');
  all.push_back(chunked("0\r\nA: " + trailer + "\r\n\r\n"));
  for (const std::string& bytes : all) {
    INFO(around << " " << bytes.substr(0, 40) << " " << bytes.size());
    std::string whole = replay(bytes, {bytes.size()});
    for (std::size_t piece : {1000u, 4095u, 32767u}) {
      CHECK(replay(bytes, pieces(bytes.size(), piece)) == whole);
    }
    for (std::size_t limit :
         {kMaxChunkLine, kMaxTargetBytes, std::size_t{kMaxHeadBytes}}) {
      for (std::size_t cut = limit - 6; cut < limit + 6; ++cut) {
        if (cut >= bytes.size()) break;
        REQUIRE(replay(bytes, {cut, bytes.size()}) == whole);
        REQUIRE(replay(bytes, {cut, cut + 1, bytes.size()}) == whole);
      }
    }
  }
}

TEST_CASE("A head of 32 KiB is taken and one of a byte more is not") {
  std::string field(kMaxHeadBytes - head("A: \r\n").size(), 'f');
  std::string bytes = head("A: " + field + "\r\n");
  CHECK(replay(bytes, {bytes.size()}) == "0/a|x||k|\nhead at 32768");
  bytes = head("A: f" + field + "\r\n");
  CHECK_THAT(replay(bytes, {bytes.size()}),
             Catch::Matchers::StartsWith("head_too_large"));
}

TEST_CASE("A trailer is no header field") {
  RequestParser parser(kBodyLimit);
  std::string bytes = chunked(
      "1\r\na\r\n0\r\nContent-Type: t\r\nIdempotency-Key: k\r\nHost: evil\r\n"
      "Content-Type: u\r\nExpect: 100-continue\r\nAuthorization: b\r\n\r\n");
  std::size_t at = parser.feed(bytes);
  parser.feed(std::string_view(bytes).substr(at));
  REQUIRE(parser.state() == State::kDone);
  CHECK(parser.head().content_type.empty());
  CHECK(parser.head().idempotency_key.empty());
  CHECK(parser.head().authorization.empty());
  CHECK(parser.head().host == "x");
  CHECK_FALSE(parser.head().expects_continue);
  CHECK(parser.body() == "a");
}

}  // namespace
}  // namespace syncq::test
