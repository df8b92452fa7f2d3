#include <catch2/catch.hpp>

#include "cli/client/endpoint.h"
#include "cli/ssh/ssh_config.h"

namespace syncq::test {
namespace {

TEST_CASE("An ssh address has a host, and may have a user and a port") {
  auto [url, user, host, port] =
      GENERATE(table<std::string, std::string, std::string, std::string>(
          {{"ssh://build1", "", "build1", ""},
           {"ssh://build1/", "", "build1", ""},
           {"ssh://eve@build1", "eve", "build1", ""},
           {"ssh://eve@build1.example:2222", "eve", "build1.example", "2222"},
           {"ssh://[::1]", "", "::1", ""},
           {"ssh://[fe80::1%eth0]:22", "", "fe80::1%eth0", "22"}}));
  INFO(url);
  auto endpoint = parse_endpoint(url);
  REQUIRE(endpoint);
  REQUIRE(endpoint->ssh);
  CHECK(endpoint->ssh->user == user);
  CHECK(endpoint->ssh->host == host);
  CHECK(endpoint->ssh->port == port);
  CHECK(endpoint->host_field() == "localhost");
  CHECK(endpoint->name() == url.substr(0, url.find_last_not_of('/') + 1));
}

TEST_CASE("What ssh or a shell could take for more than a name is refused") {
  const std::string url = GENERATE(
      as<std::string>{}, "ssh://", "ssh:///x", "ssh://@host",
      "ssh://host:", "ssh://host:0", "ssh://host:65536", "ssh://host:22x",
      "ssh://host/path", "ssh://-oProxyCommand=x", "ssh://-l@host", "ssh://a;b",
      "ssh://$(x)", "ssh://a b", "ssh://`x`@host", "ssh://a\nb", "ssh://[::1",
      "ssh://[]:22", "ssh://[::1]22", "ssh://a'b", "ssh://a\"b", "ssh://a|b@c");
  INFO(url);
  auto endpoint = parse_endpoint(url);
  REQUIRE_FALSE(endpoint);
  CHECK(endpoint.refusal().message.find("ssh://[USER@]HOST[:PORT]") !=
        std::string::npos);
}

TEST_CASE("The words for ssh end its options before the host") {
  CHECK(ssh_destination({"eve", "build1", "22"}) ==
        std::vector<std::string>{"-l", "eve", "-p", "22", "--", "build1"});
  CHECK(ssh_destination({"", "build1", ""}) ==
        std::vector<std::string>{"--", "build1"});
}

TEST_CASE("Of a configuration of ssh is read what decides on connections") {
  SshConfig plain = parse_ssh_config(
      "host b\nuser eve\nhostname build1\nport 22\nserveraliveinterval 0\n"
      "connecttimeout none\ncontrolmaster false\n");
  CHECK(plain.control_path.empty());
  CHECK_FALSE(plain.has_keepalive);
  CHECK_FALSE(plain.has_connect_timeout);
  SshConfig own = parse_ssh_config(
      "controlpath /home/eve/.ssh/c-12\nserveraliveinterval 15\n"
      "connecttimeout 3");
  CHECK(own.control_path == "/home/eve/.ssh/c-12");
  CHECK(own.has_keepalive);
  CHECK(own.has_connect_timeout);
  CHECK(parse_ssh_config("controlpath none\n").control_path.empty());
}

TEST_CASE("Names share a login that ssh makes in the same way for them") {
  auto destination = [](const std::string& name, const std::string& host,
                        const std::string& key) {
    return parse_ssh_config("host " + name + "\nuser eve\nhostname " + host +
                            "\nport 22\nidentityfile " + key + "\n")
        .destination;
  };
  const std::string plain = destination("b", "build1", "~/.ssh/id");
  CHECK(plain == destination("c", "build1", "~/.ssh/id"));
  CHECK(plain != destination("b", "build2", "~/.ssh/id"));
  CHECK(plain != destination("b", "build1", "~/.ssh/other"));
}

TEST_CASE("A configuration of ssh shares connections if they stay") {
  auto makes_shared = [](const std::string& master, const std::string& stays) {
    return parse_ssh_config("controlmaster " + master + "\ncontrolpersist " +
                            stays)
        .makes_shared;
  };
  CHECK(makes_shared("auto", "60"));
  CHECK(makes_shared("true", "yes"));
  CHECK_FALSE(makes_shared("auto", "no"));
  CHECK_FALSE(makes_shared("false", "60"));
}

}  // namespace
}  // namespace syncq::test
