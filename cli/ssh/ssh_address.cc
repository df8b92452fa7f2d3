#include "cli/ssh/ssh_address.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace syncq {
namespace {

Refusal refuse(std::string_view url, std::string_view why) {
  return {ErrorCode::kBadRequest,
          fmt::format("endpoint '{}': {}; write ssh://[USER@]HOST[:PORT]", url,
                      why)};
}

// Names go into command lines, ProxyCommand's among them, which a shell reads:
// a first dash would make an option of one (CVE-2017-1000117), and the
// characters of shells have run programs (CVE-2023-51385).
bool is_plain(std::string_view name) {
  return !name.starts_with('-') &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') ||
                  ('0' <= c && c <= '9') ||
                  std::string_view("._-+:%").find(c) != std::string_view::npos;
         });
}

bool is_port(std::string_view text) {
  std::uint16_t port = 0;
  auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() && port != 0;
}

}  // namespace

std::string SshAddress::url() const {
  std::string text(kSshScheme);
  if (!user.empty()) text += user + "@";
  bool bare_ipv6 = host.find(':') != host.npos;
  text += bare_ipv6 ? "[" + host + "]" : host;
  return port.empty() ? text : text + ":" + port;
}

Result<SshAddress> parse_ssh_address(std::string_view url) {
  std::string_view rest = url.substr(kSshScheme.size());
  if (rest.ends_with('/')) rest.remove_suffix(1);
  if (rest.find('/') != rest.npos) {
    return refuse(url, "it has more than a user, a host and a port");
  }
  SshAddress address;
  if (std::size_t at = rest.rfind('@'); at != rest.npos) {
    address.user = rest.substr(0, at);
    rest.remove_prefix(at + 1);
    if (address.user.empty()) return refuse(url, "its user has no name");
  }
  if (rest.starts_with('[')) {
    std::size_t bracket = rest.find(']');
    if (bracket == rest.npos) return refuse(url, "its bracket is not closed");
    address.host = rest.substr(1, bracket - 1);
    rest.remove_prefix(bracket + 1);
  } else {
    address.host = rest.substr(0, rest.find(':'));
    rest.remove_prefix(address.host.size());
  }
  if (address.host.empty()) return refuse(url, "it names no host");
  if (!is_plain(address.host) || !is_plain(address.user)) {
    return refuse(url, "its user or host has characters that no name has");
  }
  if (rest.empty()) return address;
  address.port = rest.substr(1);
  if (rest[0] != ':' || !is_port(address.port)) {
    return refuse(url, "its port is no port");
  }
  return address;
}

}  // namespace syncq
