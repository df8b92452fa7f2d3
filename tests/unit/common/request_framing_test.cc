// Requests that a proxy could read in another way are refused.

#include <catch2/catch.hpp>
#include <string>

#include "common/http_request_parser.h"
#include "common/http_target.h"

namespace syncq::test {
namespace {

using namespace std::string_literals;
using State = RequestParser::State;

// Parses these bytes; after a request that is taken, more may follow.
RequestParser read(const std::string& bytes) {
  RequestParser parser(1000);
  for (std::size_t at = 0; parser.state() < State::kDone;) {
    State before = parser.state();
    std::size_t taken = parser.feed(std::string_view(bytes).substr(at));
    at += taken;
    if (taken == 0 && parser.state() == before) break;
  }
  return parser;
}

int status_of(const std::string& bytes) {
  RequestParser parser = read(bytes);
  if (parser.state() == State::kFailed) {
    return error_status(parser.fault().code);
  }
  return parser.state() == State::kDone ? 200 : 0;
}

std::string with_fields(const std::string& fields) {
  return "PUT /q HTTP/1.1\r\nHost: x\r\n" + fields +
         "\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n";
}

TEST_CASE("A Transfer-Encoding that is not exactly chunked is refused") {
  const std::string coding = GENERATE(values<std::string>({
      "gzip",
      "identity",
      "chunked, gzip",
      "gzip, chunked",
      "chunked, chunked",
      "chunked,",
      ", chunked",
      "xchunked",
      "chunkedx",
      "chunked;q=1",
      "chunked x",
      "\"chunked\"",
      "'chunked'",
      "",
      " ",
      "\xa0"
      "chunked",
      "chunked\xc2\xa0",
  }));
  INFO(coding);
  std::string field = "Transfer-Encoding: " + coding + "\r\n";
  CHECK(status_of(with_fields(field)) == 400);
  CHECK(status_of(with_fields("Transfer-Encoding: chunked\r\n" + field)) ==
        400);
  CHECK(status_of(with_fields(field + "Transfer-Encoding: chunked\r\n")) ==
        400);
  CHECK(status_of(with_fields("Content-Length: 5\r\n" + field)) == 400);
}

TEST_CASE("Transfer-Encoding in other letters, and with room, is chunked") {
  for (const char* field :
       {"Transfer-Encoding: chunked\r\n", "transfer-encoding:CHUNKED\r\n",
        "TRANSFER-ENCODING: \t Chunked \t\r\n"}) {
    INFO(field);
    CHECK(status_of(with_fields(field)) == 200);
  }
}

TEST_CASE("HTTP/1.0 knows no Transfer-Encoding") {
  CHECK(status_of("PUT /q HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"
                  "0\r\n\r\n") == 400);
}

TEST_CASE("A Content-Length that is not one number is refused") {
  const std::string length = GENERATE(values<std::string>({
      "",
      "5, 5",
      "5,",
      "+5",
      "-5",
      "0x5",
      "5.0",
      "5 5",
      "5;a",
      "five",
      "99999999999999999999",
      "18446744073709551621",
      "5\r\nContent-Length: 5",
      "5\r\ncontent-length: 6",
      "5\r\nTransfer-Encoding: chunked",
  }));
  INFO(length);
  CHECK(status_of(with_fields("Content-Length: " + length + "\r\n")) == 400);
}

TEST_CASE("A request of HTTP/1.1 names its host, once") {
  auto status = [](const std::string& fields) {
    return status_of("GET / HTTP/1.1\r\n" + fields + "\r\n");
  };
  CHECK(status("") == 400);
  CHECK(status("Host: a\r\nHost: a\r\n") == 400);
  CHECK(status("Host: a\r\nHost: b\r\n") == 400);
  CHECK(status("Host:\r\nHost: b\r\n") == 400);
  CHECK(status("Host: a\r\n") == 200);
  // RFC 9110, section 7.2: from a client that has no name for the server.
  CHECK(status("Host:\r\n") == 200);
  CHECK(status_of("GET / HTTP/1.0\r\n\r\n") == 200);
  CHECK(status_of("GET / HTTP/1.0\r\nHost: a b\r\n\r\n") == 400);
}

TEST_CASE("A host is a name or an address, with a port or without") {
  for (const char* good :
       {"", "localhost", "localhost:80", "a-b_c.example.", "127.0.0.1:8080",
        "[::1]", "[fe80::1%25eth0]:80", "%2Frun%2Fs", "x:"}) {
    INFO(good);
    CHECK(is_host(good));
  }
  for (const char* bad :
       {"a b",  "a/b",   "/",      "user@a",   "user:pw@a", "a,b",
        "a, b", ":80",   "a:b",    "a:80:90",  "a:-1",      "[::1",
        "[]",   "::1",   "[::1]x", "http://a", "a?b",       "a#b",
        "a\\b", "\"a\"", "a\tb",   "\xc3\xa4", "a;b"}) {
    INFO(bad);
    CHECK_FALSE(is_host(bad));
  }
}

TEST_CASE("A target is a path, or http with a host and a path") {
  auto path = [](std::string_view target) {
    auto read = read_target(target);
    return read ? std::string(read->path) : std::string("refused");
  };
  CHECK(path("/fifo?a=b") == "/fifo?a=b");
  CHECK(path("*") == "*");
  CHECK(path("http://h/fifo?a=/b") == "/fifo?a=/b");
  CHECK(path("HTTP://h:80/fifo") == "/fifo");
  CHECK(path("hTTp://[::1]/x") == "/x");
  CHECK(path("http://h") == "/");
  CHECK(path("http://h/fifo@x/") == "/fifo@x/");
  CHECK(read_target("http://h:1/x")->authority == "h:1");
  for (const char* bad :
       {"", "fifo", "h:80", "http:/fifo", "http:///fifo", "http://",
        "https://h/", "http://h?x=/fifo", "http://h?/fifo", "http://u@h/fifo",
        "http://u:p@h/", "http://:80/fifo", "http://a,b/x", "ftp://h/x",
        "/fifo#x", "http://h/fifo#", "file:///etc/passwd"}) {
    INFO(bad);
    CHECK(path(bad) == "refused");
  }
}

TEST_CASE("Only OPTIONS and CONNECT ask for no path") {
  auto answer = [](const std::string& line) {
    return status_of(line + " HTTP/1.1\r\nHost: x\r\n\r\n");
  };
  CHECK(read("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n").head().target == "*");
  CHECK(answer("OPTIONS /fifo") == 200);
  for (const char* authority : {"h:443", "[::1]:80", "10.0.0.1:1"}) {
    INFO(authority);
    RequestParser parser =
        read("CONNECT "s + authority + " HTTP/1.1\r\nHost: x\r\n\r\n");
    REQUIRE(parser.state() == State::kDone);
    CHECK(parser.head().target == "*");
    CHECK(parser.head().host == authority);
  }
  for (const char* bad :
       {"GET *", "PUT *", "BREW *", "options *", "CONNECT *", "CONNECT /fifo",
        "CONNECT h", "CONNECT h:", "CONNECT :80", "CONNECT [::1]",
        "CONNECT u@h:80", "CONNECT http://h:80/", "GET h:443", "OPTIONS h:1"}) {
    INFO(bad);
    CHECK(answer(bad) == 400);
  }
}

TEST_CASE("The host of an absolute target is the request's") {
  RequestParser parser =
      read("GET http://evil:1/x HTTP/1.1\r\nHost: localhost\r\n\r\n");
  REQUIRE(parser.state() == State::kDone);
  CHECK(parser.head().host == "evil:1");
  CHECK(parser.head().target == "/x");
  CHECK(status_of("GET http://h/x HTTP/1.1\r\n\r\n") == 400);
  CHECK(status_of("GET http://h/x HTTP/1.1\r\nHost: a b\r\n\r\n") == 400);
}

TEST_CASE("Field lines that begin with white space are refused") {
  for (const char* fields :
       {" Host: x\r\n", "\tHost: x\r\n", "Host: x\r\n folded\r\n",
        "Host: x\r\n\tfolded\r\n", "Host: x\r\nX: y\r\n \r\n",
        "Host: x\r\nX:\r\n z\r\n", "Host: x\r\n \r\n"}) {
    INFO(fields);
    CHECK(status_of("GET / HTTP/1.1\r\n" + std::string(fields) + "\r\n") ==
          400);
  }
  // And those of trailers.
  CHECK(status_of(with_fields("Transfer-Encoding: chunked\r\n\r\n"
                              "0\r\nA: b\r\n c\r\n")) == 400);
}

TEST_CASE("Lines end with CR LF, and no other control character is there") {
  for (const std::string& bytes : std::initializer_list<std::string>{
           "GET / HTTP/1.1\nHost: x\n\n",
           "GET / HTTP/1.1\r\nHost: x\n\r\n",
           "GET / HTTP/1.1\r\nHost: x\r\nA: b\n\r\n",
           "GET / HTTP/1.1\r\nHost: x\r\nA: b\rC: d\r\n\r\n",
           "GET / HTTP/1.1\r\nHost: x\r\nA: b\r\r\n\r\n",
           "GET / HTTP/1.1\r\nHost: x\r\nA : b\r\n\r\n",
           "GET / HTTP/1.1\r\nHost : x\r\n\r\n",
           "GET / HTTP/1.1\r\nHost: x\r\nA\r\n\r\n",
           "GET / HTTP/1.1\r\nHost: x\r\n: b\r\n\r\n",
           "GET / HTTP/1.1\r\nHost: x\r\nA: b\0c\r\n\r\n"s,
           "GET / HTTP/1.1\r\nHost: x\r\nA\0: b\r\n\r\n"s,
           "GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n"s,
           "GET / HTTP/1.1\r\nHost: x\r\nA: b\x01\r\n\r\n",
           "GET / HTTP/1.1\r\nHost: x\r\nA: b\x7f\r\n\r\n",
           "GET /\x01 HTTP/1.1\r\nHost: x\r\n\r\n",
           "GET /\x7f HTTP/1.1\r\nHost: x\r\n\r\n",
           "GET /a\tb HTTP/1.1\r\nHost: x\r\n\r\n",
           "GET  / HTTP/1.1\r\nHost: x\r\n\r\n",
           "GET /  HTTP/1.1\r\nHost: x\r\n\r\n",
           "GET / HTTP/1.1 \r\nHost: x\r\n\r\n",
           " GET / HTTP/1.1\r\nHost: x\r\n\r\n",
           "\nGET / HTTP/1.1\r\nHost: x\r\n\r\n",
           "\rGET / HTTP/1.1\r\nHost: x\r\n\r\n",
           "GET / http/1.1\r\nHost: x\r\n\r\n",
           "GET /version \r\n\r\n",
           "GET /version\r\n\r\n",
       }) {
    INFO(bytes);
    CHECK(status_of(bytes) == 400);
  }
}

TEST_CASE("What can't become a request is refused before its end has come") {
  CHECK(status_of("GET /version\r\n") == 400);
  CHECK(status_of("GET /version \r") == 400);
  CHECK(status_of("GET / HTTP/1.1\n") == 400);
  CHECK(status_of("\x16\x03\x01") == 400);
  CHECK(status_of("SSH-2.0-OpenSSH_9.2p1\r\n") == 400);
  CHECK(status_of(std::string(100, 'A')) == 400);
}

TEST_CASE("Empty lines before a request are skipped") {
  CHECK(status_of("\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n") == 200);
  CHECK(status_of("\r\n\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n") == 200);
}

TEST_CASE("Chunks that are not as they should be are refused") {
  auto chunked = [](const std::string& body) {
    return status_of(
        "PUT /q HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" +
        body);
  };
  CHECK(chunked("5\r\nhello\r\n0\r\n\r\n") == 200);
  CHECK(chunked("0005\r\nhello\r\n000\r\nA: b\r\n\r\n") == 200);
  CHECK(chunked("5;a=b;c=\"d e\"\r\nhello\r\n0;x\r\n\r\n") == 200);
  for (const char* bad : {"+5\r\nhello\r\n0\r\n\r\n",
                          "-5\r\n",
                          "0x5\r\n",
                          " 5\r\n",
                          "5 \r\n",
                          "\r\n",
                          "\n",
                          ";a\r\n",
                          "5\nhello\r\n0\r\n\r\n",
                          "5\r\nhello0\r\n\r\n",
                          "5\r\nhello\n0\r\n\r\n",
                          "5\r\nhelloo\r\n0\r\n\r\n",
                          "5;\r\n",
                          "5;a=\"\r\nhello\r\n0\r\n\r\n",
                          "10000000000000000\r\n",
                          "ffffffffffffffffffff\r\n",
                          "0\r\nA b: c\r\n\r\n",
                          "0\r\n A: b\r\n\r\n",
                          "0\r\nA: b\n\r\n",
                          "0\r\nContent-Length: 5\r\n\r\n",
                          "0\r\nTransfer-Encoding: chunked\r\n\r\n",
                          "0;\"\r\n\r\n\"\r\n\r\n"}) {
    INFO(bad);
    CHECK(chunked(bad) == 400);
  }
  CHECK(chunked("5;" + std::string(kMaxChunkLine, 'a')) == 431);
  CHECK(chunked(std::string(kMaxChunkLine, '0')) == 431);
  CHECK(chunked("0\r\nA: " + std::string(kMaxHeadBytes, 'b')) == 431);
}

}  // namespace
}  // namespace syncq::test
