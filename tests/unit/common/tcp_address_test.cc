#include "common/tcp_address.h"

#include <catch2/catch.hpp>

namespace syncq {
namespace {

std::string read(std::string_view text) {
  auto address = parse_tcp_address(text);
  return address ? address->text() : "refused";
}

TEST_CASE("An address to listen on is numeric, with a port") {
  CHECK(read("127.0.0.1:7077") == "127.0.0.1:7077");
  CHECK(read("localhost:7077") == "127.0.0.1:7077");
  CHECK(read("0.0.0.0:0") == "0.0.0.0:0");
  CHECK(read("[::1]:65535") == "[::1]:65535");
  CHECK(read("[0:0:0:0:0:0:0:1]:1") == "[::1]:1");
  for (std::string_view bad :
       {"", ":", "7077", ":7077", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536",
        "127.0.0.1:-1", "127.0.0.1:7x", "127.0.0.1: 7", "127.1:7077",
        "::1:7077", "[::1]", "[::1:7077", "[127.0.0.1]:7077", "[]:1",
        "example.org:7077", "127.0.0.1:7077 "}) {
    CAPTURE(bad);
    CHECK(read(bad) == "refused");
  }
}

TEST_CASE("An address ends at no NUL") {
  using namespace std::literals;
  for (std::string_view bad :
       {"127.0.0.1\0:7077"sv, "127.0.0.1\0.example.org:7077"sv, "[::1\0]:1"sv,
        "localhost\0:7077"sv, "127.0.0.1:7077\0"sv}) {
    CAPTURE(bad);
    CHECK(read(bad) == "refused");
  }
}

TEST_CASE("Who can reach an address") {
  CHECK(parse_tcp_address("127.0.0.1:1")->is_loopback());
  CHECK(parse_tcp_address("127.9.9.9:1")->is_loopback());
  CHECK(parse_tcp_address("[::1]:1")->is_loopback());
  CHECK_FALSE(parse_tcp_address("128.0.0.1:1")->is_loopback());
  CHECK_FALSE(parse_tcp_address("0.0.0.0:1")->is_loopback());
  CHECK_FALSE(parse_tcp_address("[::]:1")->is_loopback());
  CHECK_FALSE(parse_tcp_address("[::ffff:127.0.0.1]:1")->is_loopback());
  CHECK(parse_tcp_address("0.0.0.0:1")->is_any());
  CHECK(parse_tcp_address("[::]:1")->is_any());
  CHECK_FALSE(parse_tcp_address("[::1]:1")->is_any());
  CHECK_FALSE(parse_tcp_address("127.0.0.1:1")->is_any());
}

}  // namespace
}  // namespace syncq
