#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "cli/base/failure.h"
#include "cli/client/resolve.h"
#include "tests/unit/environment.h"
#include "tests/unit/files.h"
#include "tests/unit/temp_dir.h"

namespace syncq::test {
namespace {

std::string text_of(const SocketAddress& address) {
  char text[INET6_ADDRSTRLEN];
  if (address.family() == AF_INET) {
    auto* v4 = reinterpret_cast<const sockaddr_in*>(address.get());
    inet_ntop(AF_INET, &v4->sin_addr, text, sizeof text);
    return std::string(text) + " " + std::to_string(ntohs(v4->sin_port));
  }
  auto* v6 = reinterpret_cast<const sockaddr_in6*>(address.get());
  inet_ntop(AF_INET6, &v6->sin6_addr, text, sizeof text);
  return std::string(text) + " " + std::to_string(ntohs(v6->sin6_port));
}

std::vector<std::string> texts_of(const std::vector<SocketAddress>& all) {
  std::vector<std::string> texts;
  for (const SocketAddress& each : all) texts.push_back(text_of(each));
  return texts;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("numeric hosts and localhost need no lookup", "[cli][resolve]") {
  TempDir empty;
  Environment path({std::pair("PATH", empty.path().c_str())});
  Deadline soon = Deadline::after(std::chrono::seconds(10));
  CHECK(texts_of(resolve({"", "10.0.0.1", "80"}, soon)) ==
        Texts{"10.0.0.1 80"});
  CHECK(texts_of(resolve({"", "::1", "7077"}, soon)) == Texts{"::1 7077"});
  CHECK(texts_of(resolve({"", "localhost", "1"}, soon)) ==
        Texts{"127.0.0.1 1", "::1 1"});
}

TEST_CASE("the zone of an address is kept", "[cli][resolve]") {
  for (const char* host : {"fe80::1%lo", "fe80::1%1"}) {
    auto all = parse_addresses(host, "80");
    REQUIRE(all.size() == 1);
    auto* v6 = reinterpret_cast<const sockaddr_in6*>(all.front().get());
    CHECK(v6->sin6_scope_id == 1);
  }
  CHECK(parse_addresses("fe80::1%no-interface", "80").empty());
  CHECK(parse_addresses("10.0.0.1%lo", "80").empty());
}

TEST_CASE("getent's addresses are taken once each, in their order",
          "[cli][resolve]") {
  CHECK(texts_of(parse_addresses("::2     STREAM h.example\n"
                                 "::2     DGRAM\n"
                                 "10.0.0.2       STREAM\n"
                                 "10.0.0.2       RAW\n",
                                 "9")) == Texts{"::2 9", "10.0.0.2 9"});
  CHECK(parse_addresses("not an address\n\n", "9").empty());
}

TEST_CASE("a host's name is asked of getent", "[cli][resolve]") {
  TempDir bin;
  std::string program = bin / "getent";
  Environment path({std::pair("PATH", bin.path().c_str())});
  Deadline soon = Deadline::after(std::chrono::milliseconds(200));
  auto install = [&](const std::string& body) {
    write_file(program, "#!/bin/sh\n" + body);
    chmod(program.c_str(), 0700);
  };
  SECTION("and its answer used") {
    install("[ \"$*\" = '-- ahosts -h.example' ] && echo 10.0.0.3 STREAM\n");
    CHECK(texts_of(resolve({"", "-h.example", "5"}, Deadline::never())) ==
          Texts{"10.0.0.3 5"});
  }
  SECTION("that knows none") {
    install("exit 2\n");
    CHECK_THROWS_WITH(
        resolve({"", "h.example", "5"}, Deadline::never()),
        Catch::Contains("h.example") && Catch::Contains("numeric address"));
  }
  SECTION("that does not answer in time") {
    install("while :; do :; done\n");
    CHECK_THROWS_WITH(resolve({"", "h.example", "5"}, soon),
                      Catch::Contains("in time"));
  }
  SECTION("that is not there") {
    CHECK_THROWS_WITH(resolve({"", "h.example", "5"}, Deadline::never()),
                      Catch::Contains("getent"));
  }
}

}  // namespace syncq::test
