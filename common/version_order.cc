#include <array>
#include <charconv>

#include "common/version.h"

namespace syncq {
namespace {

std::array<int, 3> numbers_of(std::string_view version) {
  std::array<int, 3> numbers{};
  const char* at = version.data();
  const char* end = at + version.size();
  for (int& number : numbers) {
    at = std::from_chars(at, end, number).ptr;
    if (at == end || *at != '.') break;
    ++at;
  }
  return numbers;
}

}  // namespace

bool is_older_version(std::string_view a, std::string_view b) {
  return numbers_of(a) < numbers_of(b);
}

}  // namespace syncq
