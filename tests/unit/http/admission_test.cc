#include "daemon/http/admission.h"

#include <catch2/catch.hpp>

#include "common/token.h"
#include "tests/unit/temp_dir.h"

namespace syncq {
namespace {

Admission::Rules rules(std::vector<std::string> bound,
                       std::vector<std::string> hosts = {}) {
  Admission::Rules rules;
  for (const auto& text : bound)
    rules.bound.push_back(*parse_tcp_address(text));
  rules.hosts = std::move(hosts);
  rules.token = false;
  return rules;
}

std::string verdict(Admission& admission, const RequestHead& head) {
  Result<> result = admission.admit(head);
  return result ? "in" : std::string(error_name(result.refusal().code));
}

std::string host_verdict(Admission::Rules rules, const std::string& host) {
  Admission admission(std::move(rules), "/nowhere");
  RequestHead head;
  head.host = host;
  return verdict(admission, head);
}

TEST_CASE("A request names the daemon by a name of its own") {
  auto loopback = rules({"127.0.0.1:7077"});
  for (const char* own : {"127.0.0.1:7077", "127.0.0.1", "localhost:7077",
                          "LOCALHOST", "localhost:9000", "127.0.0.1:9000"}) {
    CAPTURE(own);
    CHECK(host_verdict(loopback, own) == "in");
  }
  for (const char* foreign :
       {"", "evil.example", "evil.example:7077", "127.0.0.1.evil.example:7077",
        "localhost.evil.example", "localhost.", "127.0.0.2:7077", "[::1]:7077",
        "127.1", "0x7f.1", "2130706433", "xlocalhost", ":7077"}) {
    CAPTURE(foreign);
    CHECK(host_verdict(loopback, foreign) == "forbidden_host");
  }
}

TEST_CASE("IPv6, and all addresses of the machine") {
  CHECK(host_verdict(rules({"[::1]:7077"}), "[::1]:7077") == "in");
  CHECK(host_verdict(rules({"[::1]:7077"}), "[0:0::1]") == "in");
  CHECK(host_verdict(rules({"[::1]:7077"}), "localhost:7077") == "in");
  CHECK(host_verdict(rules({"[::1]:7077"}), "127.0.0.1:7077") ==
        "forbidden_host");
  for (const char* any : {"0.0.0.0:7077", "[::]:7077"}) {
    CHECK(host_verdict(rules({any}), "10.1.2.3:7077") == "in");
    CHECK(host_verdict(rules({any}), "[fe80::1]:7077") == "in");
    CHECK(host_verdict(rules({any}), "localhost") == "in");
    CHECK(host_verdict(rules({any}), "evil.example") == "forbidden_host");
  }
  CHECK(host_verdict(rules({"10.1.2.3:7077"}), "localhost:7077") ==
        "forbidden_host");
}

TEST_CASE("A name may be allowed, with any port or with one") {
  auto named = rules({"127.0.0.1:7077"}, {"build1.example", "ci:8443"});
  CHECK(host_verdict(named, "build1.example") == "in");
  CHECK(host_verdict(named, "Build1.Example:443") == "in");
  CHECK(host_verdict(named, "ci:8443") == "in");
  CHECK(host_verdict(named, "ci:8444") == "forbidden_host");
  CHECK(host_verdict(named, "ci") == "forbidden_host");
  CHECK(host_verdict(named, "a.build1.example") == "forbidden_host");
}

TEST_CASE("A page of another site is refused") {
  Admission admission(rules({"127.0.0.1:7077"}, {"build1.example"}),
                      "/nowhere");
  RequestHead head;
  head.host = "127.0.0.1:7077";
  for (const char* own :
       {"", "http://127.0.0.1:7077", "https://127.0.0.1:7077"}) {
    head.origin = own;
    CHECK(verdict(admission, head) == "in");
  }
  for (const char* foreign :
       {"null", "http://127.0.0.1", "http://127.0.0.1:8000", "file://",
        "http://localhost:7077", "https://evil.example", "127.0.0.1:7077",
        "http://127.0.0.1:7077, http://evil.example", "ftp://127.0.0.1:7077",
        "http://127.0.0.1:7077/"}) {
    CAPTURE(foreign);
    head.origin = foreign;
    CHECK(verdict(admission, head) == "forbidden_origin");
  }
  head.origin.clear();
  for (const char* site : {"", "same-origin", "none"}) {
    head.sec_fetch_site = site;
    CHECK(verdict(admission, head) == "in");
  }
  for (const char* site : {"cross-site", "same-site", "None", "x"}) {
    head.sec_fetch_site = site;
    CHECK(verdict(admission, head) == "forbidden_origin");
  }
}

TEST_CASE("A request bears the token of this moment") {
  test::TempDir dir;
  const std::string path = dir.path() + "/token";
  Admission::Rules with_token = rules({"127.0.0.1:7077"});
  with_token.token = true;
  Admission admission(with_token, path);
  RequestHead head;
  head.host = "localhost";
  // While there is none, nobody has it.
  for (const char* shown : {"", "Bearer ", "Basic Og==", "Bearer x"}) {
    head.authorization = shown;
    CHECK(verdict(admission, head) == "unauthorized");
  }
  const std::string first = *make_token(path);
  auto shows = [&](const std::string& authorization) {
    head.authorization = authorization;
    return verdict(admission, head);
  };
  CHECK(shows("Bearer " + first) == "in");
  CHECK(shows("bearer   " + first) == "in");
  CHECK(shows(first) == "unauthorized");
  CHECK(shows("Bearer " + first + "0") == "unauthorized");
  CHECK(shows("Bearer " + first.substr(1)) == "unauthorized");
  CHECK(shows("Token " + first) == "unauthorized");
  CHECK(shows("Bearer") == "unauthorized");
  const std::string second = *make_token(path);
  CHECK(shows("Bearer " + first) == "unauthorized");
  CHECK(shows("Bearer " + second) == "in");
  REQUIRE(chmod(path.c_str(), 0644) == 0);
  CHECK(shows("Bearer " + second) == "unauthorized");
  REQUIRE(unlink(path.c_str()) == 0);
  CHECK(shows("Bearer " + second) == "unauthorized");
}

TEST_CASE("The token may be the password of any user") {
  test::TempDir dir;
  const std::string path = dir.path() + "/token";
  // base64 of "me:" and "a:b:" and 64 times "0".
  const std::string zeros(64, '0');
  std::string token_line = zeros + "\n";
  FILE* file = std::fopen(path.c_str(), "w");
  std::fputs(token_line.c_str(), file);
  std::fclose(file);
  chmod(path.c_str(), 0600);
  Admission::Rules with_token = rules({"127.0.0.1:7077"});
  with_token.token = true;
  Admission admission(with_token, path);
  RequestHead head;
  head.host = "localhost";
  std::string thrice;
  for (int i = 0; i < 21; ++i) thrice += "MDAw";
  head.authorization = "Basic bWU6" + thrice + "MA==";
  CHECK(verdict(admission, head) == "in");
  head.authorization = "basic bWU6" + thrice + "MA==";
  CHECK(verdict(admission, head) == "in");
  head.authorization = "Basic " + thrice + "MA==";
  CHECK(verdict(admission, head) == "unauthorized");
  head.authorization = "Basic bWU6" + thrice + "MA=";
  CHECK(verdict(admission, head) == "unauthorized");
}

}  // namespace
}  // namespace syncq
