#include "cli/flock/flock_name.h"

#include <fmt/format.h>

#include <cstdint>

#include "common/names.h"

namespace syncq {
namespace {

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

// FNV-1a. Two paths with the same hash would wait for one another, no more.
std::uint64_t hash_of(std::string_view text) {
  constexpr std::uint64_t kBasis = 14695981039346656037U;
  constexpr std::uint64_t kPrime = 1099511628211U;
  std::uint64_t hash = kBasis;
  for (char c : text) {
    hash = (hash ^ static_cast<unsigned char>(c)) * kPrime;
  }
  return hash;
}

}  // namespace

// A resolved path has no "//": "::" can begin nothing else.
std::string name_of_path(std::string_view kind, std::string_view path) {
  std::string name(kind);
  for (char c : path) {
    if (is_plain(c)) {
      name += c;
    } else if (c == '/') {
      name += ':';
    } else {
      name += fmt::format("::{:02x}", static_cast<unsigned char>(c));
    }
  }
  if (name.size() <= kMaxNameLength) return name;
  std::string hashed = fmt::format("{}.{:016x}:", kind, hash_of(path));
  const std::size_t room = kMaxNameLength - hashed.size();
  return hashed.append(name, name.size() - room);
}

std::string flock_name(std::string_view path) {
  return name_of_path("flock", path);
}

}  // namespace syncq
