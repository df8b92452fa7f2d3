#include "daemon/http/admission.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "common/ascii_case.h"
#include "common/base64.h"
#include "common/token.h"

namespace syncq {
namespace {

constexpr std::string_view kBearer = "Bearer ";
constexpr std::string_view kBasic = "Basic ";

// Without its port; an IPv6 address keeps its brackets.
std::string_view name_of(std::string_view host) {
  std::size_t colon = host.rfind(':');
  std::size_t bracket = host.rfind(']');
  bool has_port =
      colon != host.npos && (bracket == host.npos || bracket < colon);
  return has_port ? host.substr(0, colon) : host;
}

// What follows the scheme, or "" if it is another.
std::string_view after_scheme(std::string_view field, std::string_view scheme) {
  if (!equal_in_any_case(field.substr(0, scheme.size()), scheme)) return {};
  field.remove_prefix(scheme.size());
  field.remove_prefix(std::min(field.find_first_not_of(' '), field.size()));
  return field;
}

// The token a client shows, as it is or as a password of any user (RFC 7617):
// browsers and `curl -u` know no other way.
std::string shown_token(std::string_view authorization) {
  std::string_view bearer = after_scheme(authorization, kBearer);
  if (!bearer.empty()) return std::string(bearer);
  auto pair = base64_decode(after_scheme(authorization, kBasic));
  if (!pair || pair->find(':') == pair->npos) return {};
  return pair->substr(pair->find(':') + 1);
}

// Of a page that this daemon has served, perhaps behind a proxy with TLS.
bool is_own_origin(std::string_view origin, std::string_view host) {
  for (std::string_view scheme : {"http://", "https://"}) {
    if (origin.starts_with(scheme)) {
      return equal_in_any_case(origin.substr(scheme.size()), host);
    }
  }
  return false;
}

// Not sent by a client that is no browser. https://www.w3.org/TR/fetch-metadata
bool is_own_fetch(std::string_view site) {
  return site.empty() || site == "same-origin" || site == "none";
}

}  // namespace

bool may_be_led(const RequestHead& head) {
  return head.method == Method::kGet && head.origin.empty() &&
         head.sec_fetch_site.empty() &&
         equal_in_any_case(head.authorization.substr(0, kBasic.size()), kBasic);
}

Admission::Admission(Rules rules, std::string token_path)
    : rules_(std::move(rules)), token_(std::move(token_path)) {}

bool Admission::is_own_host(std::string_view host) const {
  const std::string_view name = name_of(host);
  auto ip = parse_tcp_address(fmt::format("{}:0", name));
  bool is_localhost = equal_in_any_case(name, "localhost");
  for (const TcpAddress& bound : rules_.bound) {
    // An address can't be made to mean another machine, as a name can.
    if (ip && (bound.is_any() || bound.ip() == ip->ip())) return true;
    if (is_localhost && (bound.is_any() || bound.is_loopback())) return true;
  }
  return std::any_of(rules_.hosts.begin(), rules_.hosts.end(),
                     [&](std::string_view allowed) {
                       return equal_in_any_case(allowed, name) ||
                              equal_in_any_case(allowed, host);
                     });
}

Result<> Admission::admit(const RequestHead& head) {
  if (!is_own_host(head.host)) {
    return Refusal{
        ErrorCode::kForbiddenHost,
        fmt::format("the Host '{}' is no name of this daemon: use the address "
                    "it listens on, or start it with --allow-host",
                    head.host)};
  }
  if ((!head.origin.empty() && !is_own_origin(head.origin, head.host)) ||
      !is_own_fetch(head.sec_fetch_site)) {
    return Refusal{ErrorCode::kForbiddenOrigin,
                   "this request comes from a page of another site, which may "
                   "not use this daemon"};
  }
  if (!rules_.token) return Nothing{};
  const std::string& token = token_.token();
  if (!token.empty() && same_token(shown_token(head.authorization), token)) {
    return Nothing{};
  }
  return Refusal{ErrorCode::kUnauthorized,
                 "the token is missing or wrong: send the one that `syncq "
                 "daemon token` prints there as 'Authorization: Bearer TOKEN'"};
}

}  // namespace syncq
