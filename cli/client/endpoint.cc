#include "cli/client/endpoint.h"

#include <fmt/format.h>

#include <charconv>
#include <cstdint>

namespace syncq {
namespace {

constexpr std::string_view kHttp = "http://";
constexpr std::string_view kUnix = "unix:";

Refusal refuse(std::string_view url, std::string_view why) {
  return {ErrorCode::kBadRequest,
          fmt::format("endpoint '{}': {}; write http://HOST:PORT, "
                      "ssh://HOST or unix:/path/to/socket",
                      url, why)};
}

bool is_port(std::string_view text) {
  std::uint16_t port = 0;
  auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() && port != 0;
}

// Splits "HOST", "HOST:PORT" or "[IPv6]:PORT".
Endpoint split(std::string_view authority) {
  Endpoint endpoint;
  std::size_t host_end = authority.rfind(':');
  if (authority.starts_with('[')) {
    std::size_t bracket = authority.find(']');
    if (bracket == authority.npos) return endpoint;
    endpoint.host = authority.substr(1, bracket - 1);
    host_end = bracket + 1;
  } else {
    endpoint.host = authority.substr(0, host_end);
  }
  if (host_end == authority.npos || host_end >= authority.size()) {
    endpoint.port = "80";
  } else if (authority[host_end] == ':') {
    endpoint.port = authority.substr(host_end + 1);
  }
  return endpoint;
}

}  // namespace

std::string Endpoint::host_field() const {
  if (is_unix() || ssh) return "localhost";
  bool bare_ipv6 = host.find(':') != host.npos;
  std::string name = bare_ipv6 ? "[" + host + "]" : host;
  return port == "80" ? name : name + ":" + port;
}

std::string Endpoint::name() const {
  if (ssh) return ssh->url();
  return is_unix() ? path : host_field();
}

Result<Endpoint> parse_endpoint(std::string_view url) {
  if (url.starts_with(kSshScheme)) {
    Result<SshAddress> address = parse_ssh_address(url);
    if (!address) return address.refusal();
    Endpoint endpoint;
    endpoint.ssh = *address;
    return endpoint;
  }
  if (url.starts_with(kUnix)) {
    Endpoint endpoint;
    endpoint.path = url.substr(kUnix.size());
    if (endpoint.path.starts_with("///")) endpoint.path.erase(0, 2);
    if (endpoint.path.empty()) return refuse(url, "it names no path");
    return endpoint;
  }
  if (!url.starts_with(kHttp)) {
    return refuse(url, "it begins with none of http://, ssh:// and unix:");
  }
  std::string_view authority = url.substr(kHttp.size());
  if (authority.ends_with('/')) authority.remove_suffix(1);
  if (authority.find_first_of("/?#@ ") != authority.npos) {
    return refuse(url, "it has more than a host and a port");
  }
  Endpoint endpoint = split(authority);
  if (endpoint.host.empty()) return refuse(url, "it names no host");
  if (!is_port(endpoint.port)) return refuse(url, "its port is no port");
  return endpoint;
}

}  // namespace syncq
