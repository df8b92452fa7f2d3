#include <catch2/catch.hpp>

#include "cli/client/endpoint.h"

namespace syncq {
namespace {

TEST_CASE("endpoints by TCP", "[cli][endpoint]") {
  auto endpoint = parse_endpoint("http://build.example:8080");
  REQUIRE(endpoint);
  CHECK_FALSE(endpoint->is_unix());
  CHECK(endpoint->host == "build.example");
  CHECK(endpoint->port == "8080");
  CHECK(endpoint->host_field() == "build.example:8080");

  auto bare = parse_endpoint("http://10.0.0.1/");
  REQUIRE(bare);
  CHECK(bare->port == "80");
  CHECK(bare->host_field() == "10.0.0.1");

  auto ipv6 = parse_endpoint("http://[::1]:9000");
  REQUIRE(ipv6);
  CHECK(ipv6->host == "::1");
  CHECK(ipv6->host_field() == "[::1]:9000");
}

TEST_CASE("endpoints by Unix socket", "[cli][endpoint]") {
  auto endpoint = parse_endpoint("unix:/run/s.sock");
  REQUIRE(endpoint);
  CHECK(endpoint->path == "/run/s.sock");
  CHECK(endpoint->host_field() == "localhost");
  CHECK(parse_endpoint("unix:///run/s.sock")->path == "/run/s.sock");
}

TEST_CASE("what is no endpoint is refused and named", "[cli][endpoint]") {
  for (const char* url : {"", "localhost:80", "https://h:1", "http://",
                          "http://:80", "http://h:0", "http://h:65536",
                          "http://h:x", "http://h:", "http://[::1:80",
                          "http://h/path", "http://u@h:1", "unix:"}) {
    CAPTURE(url);
    auto endpoint = parse_endpoint(url);
    REQUIRE_FALSE(endpoint);
    CHECK_THAT(endpoint.refusal().message,
               Catch::StartsWith("endpoint '" + std::string(url) + "':"));
  }
}

}  // namespace
}  // namespace syncq
