#include "common/http_target.h"

#include <algorithm>

#include "common/ascii_case.h"
#include "common/characters.h"

namespace syncq {
namespace {

constexpr std::string_view kScheme = "http://";

// Of a registered name or an address, RFC 3986, section 3.2.2. The delimiters
// that it allows are never used, and a comma means a list.
bool is_host_char(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         c == '-' || c == '.' || c == '_' || c == '~' || c == '%';
}

bool is_literal_char(char c) { return is_host_char(c) || c == ':'; }

}  // namespace

bool is_host(std::string_view text) {
  if (text.starts_with(':')) return false;
  if (text.starts_with('[')) {
    std::size_t end = text.find(']');
    if (end == text.npos || end == 1) return false;
    std::string_view address = text.substr(1, end - 1);
    if (!std::all_of(address.begin(), address.end(), is_literal_char)) {
      return false;
    }
    text.remove_prefix(end + 1);
  } else {
    text.remove_prefix(static_cast<std::size_t>(
        std::find_if_not(text.begin(), text.end(), is_host_char) -
        text.begin()));
  }
  return text.empty() || (text[0] == ':' &&
                          std::all_of(text.begin() + 1, text.end(), is_digit));
}

std::optional<HttpTarget> read_target(std::string_view text) {
  // A fragment stays with the client.
  if (text.find('#') != text.npos) return std::nullopt;
  if (text.starts_with('/') || text == "*") return HttpTarget{{}, text};
  if (!equal_in_any_case(text.substr(0, kScheme.size()), kScheme)) {
    return std::nullopt;
  }
  text.remove_prefix(kScheme.size());
  std::size_t slash = std::min(text.find('/'), text.size());
  std::string_view authority = text.substr(0, slash);
  // Also if the slash is in a query or after a user: those are not hosts.
  if (authority.empty() || !is_host(authority)) return std::nullopt;
  return HttpTarget{authority, slash == text.size() ? "/" : text.substr(slash)};
}

std::optional<HttpTarget> read_connect_target(std::string_view text) {
  std::size_t colon = text.rfind(':');
  if (colon == text.npos || !is_host(text)) return std::nullopt;
  // That of an IPv6 address without a port is in its brackets.
  std::string_view port = text.substr(colon + 1);
  if (port.empty() || !std::all_of(port.begin(), port.end(), is_digit)) {
    return std::nullopt;
  }
  return HttpTarget{text, "*"};
}

}  // namespace syncq
