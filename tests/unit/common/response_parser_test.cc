#include "common/http_response_parser.h"

#include <algorithm>
#include <catch2/catch.hpp>

namespace syncq {
namespace {

using State = ResponseParser::State;

// The body that comes of an answer when the socket gives `first` bytes, and
// then one after the other.
std::string body_of(std::string_view answer, std::size_t first) {
  ResponseParser parser;
  std::size_t taken = 0;
  for (std::size_t there = first; there <= answer.size(); ++there) {
    taken += parser.feed(answer.substr(taken, there - taken));
  }
  CHECK(parser.state() == State::kDone);
  return parser.body();
}

TEST_CASE("A chunked answer comes in any pieces, an empty one too") {
  const std::string head =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  const std::string empty = head + "0\r\n\r\n";
  const std::string two = head + "3\r\nabc\r\n1\r\nd\r\n0\r\nX: y\r\n\r\n";
  for (std::size_t first = 0; first <= empty.size(); ++first) {
    CAPTURE(first);
    CHECK(body_of(empty, first).empty());
  }
  for (std::size_t first = 0; first <= two.size(); ++first) {
    CAPTURE(first);
    CHECK(body_of(two, first) == "abcd");
  }
}

TEST_CASE("The bytes of a chunk are had before its end has come") {
  ResponseParser parser;
  parser.feed("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
  CHECK(parser.feed("3\r\nab") == 5);
  CHECK(parser.body() == "ab");
  CHECK(parser.feed("c") == 1);
  CHECK(parser.body() == "abc");
}

}  // namespace
}  // namespace syncq
