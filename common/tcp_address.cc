#include "common/tcp_address.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>

#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <optional>
#include <stdexcept>

namespace syncq {
namespace {

const sockaddr_in& as_ipv4(const TcpAddress& address) {
  return reinterpret_cast<const sockaddr_in&>(address.storage);
}

const sockaddr_in6& as_ipv6(const TcpAddress& address) {
  return reinterpret_cast<const sockaddr_in6&>(address.storage);
}

bool is_ipv4(const TcpAddress& address) {
  return address.storage.ss_family == AF_INET;
}

std::uint32_t ipv4_bits(const TcpAddress& address) {
  return ntohl(as_ipv4(address).sin_addr.s_addr);
}

std::optional<std::uint16_t> read_port(std::string_view text) {
  std::uint16_t port = 0;
  const char* end = text.data() + text.size();
  auto [stop, error] = std::from_chars(text.data(), end, port);
  if (error != std::errc() || stop != end) return std::nullopt;
  return port;
}

// `host` is an IPv6 address without its brackets if `bracketed`.
bool read_ip(const std::string& host, bool bracketed, std::uint16_t port,
             TcpAddress& address) {
  // inet_pton(3) would read what stands before it.
  if (host.find('\0') != host.npos) return false;
  if (bracketed) {
    auto& ipv6 = reinterpret_cast<sockaddr_in6&>(address.storage);
    ipv6.sin6_family = AF_INET6;
    ipv6.sin6_port = htons(port);
    return inet_pton(AF_INET6, host.c_str(), &ipv6.sin6_addr) == 1;
  }
  auto& ipv4 = reinterpret_cast<sockaddr_in&>(address.storage);
  ipv4.sin_family = AF_INET;
  ipv4.sin_port = htons(port);
  const std::string& ip = host == "localhost" ? "127.0.0.1" : host;
  return inet_pton(AF_INET, ip.c_str(), &ipv4.sin_addr) == 1;
}

TcpAddress ask(int (*function)(int, sockaddr*, socklen_t*), int fd) {
  TcpAddress address;
  socklen_t size = sizeof address.storage;
  auto* raw = reinterpret_cast<sockaddr*>(&address.storage);
  if (function(fd, raw, &size) != 0) {
    throw std::runtime_error(
        fmt::format("reading a socket's address: {}", std::strerror(errno)));
  }
  return address;
}

}  // namespace

socklen_t TcpAddress::size() const {
  return is_ipv4(*this) ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
}

std::string TcpAddress::ip() const {
  char text[INET6_ADDRSTRLEN] = "";
  const void* bits = &as_ipv6(*this).sin6_addr;
  if (is_ipv4(*this)) bits = &as_ipv4(*this).sin_addr;
  inet_ntop(storage.ss_family, bits, text, sizeof text);
  return text;
}

std::string TcpAddress::text() const {
  if (is_ipv4(*this)) {
    return fmt::format("{}:{}", ip(), ntohs(as_ipv4(*this).sin_port));
  }
  return fmt::format("[{}]:{}", ip(), ntohs(as_ipv6(*this).sin6_port));
}

bool TcpAddress::is_loopback() const {
  if (is_ipv4(*this)) return ipv4_bits(*this) >> 24 == IN_LOOPBACKNET;
  return IN6_IS_ADDR_LOOPBACK(&as_ipv6(*this).sin6_addr);
}

bool TcpAddress::is_any() const {
  if (is_ipv4(*this)) return ipv4_bits(*this) == INADDR_ANY;
  return IN6_IS_ADDR_UNSPECIFIED(&as_ipv6(*this).sin6_addr);
}

Result<TcpAddress> parse_tcp_address(std::string_view text) {
  std::size_t colon = text.rfind(':');
  std::string_view host = text.substr(0, colon);
  bool bracketed = host.starts_with('[') && host.ends_with(']');
  if (bracketed) host = host.substr(1, host.size() - 2);
  std::optional<std::uint16_t> port;
  if (colon != text.npos) port = read_port(text.substr(colon + 1));
  TcpAddress address;
  if (port && read_ip(std::string(host), bracketed, *port, address)) {
    return address;
  }
  return Refusal{
      ErrorCode::kBadRequest,
      fmt::format("'{}' is no address to listen on: write IPV4:PORT, "
                  "[IPV6]:PORT or localhost:PORT, as 127.0.0.1:7077",
                  text)};
}

TcpAddress bound_address(int fd) { return ask(getsockname, fd); }

TcpAddress peer_address(int fd) { return ask(getpeername, fd); }

}  // namespace syncq
