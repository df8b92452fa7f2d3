#include "common/http_framing.h"

#include <algorithm>

#include "common/characters.h"
#include "common/hex.h"

namespace syncq {
namespace {

constexpr HttpFault kNoRequest{
    ErrorCode::kBadRequest,
    "this is no HTTP/1.1 request: see RFC 9112 for its form"};
constexpr HttpFault kLongTarget{
    ErrorCode::kTargetTooLong,
    "the request's target is over 8 KiB: shorten its query"};
constexpr HttpFault kLongHead{
    ErrorCode::kHeadTooLarge,
    "the request's head or trailers are over 32 KiB, or the line of a chunk "
    "over 4 KiB: send fewer fields"};
constexpr HttpFault kBareLineFeed{
    ErrorCode::kBadRequest,
    "a line ends with a line feed alone: end each with CR LF"};
constexpr HttpFault kFolded{
    ErrorCode::kBadRequest,
    "a header line begins with white space: write each field on one line"};
constexpr HttpFault kBadChunk{
    ErrorCode::kBadRequest,
    "a chunk of the body has no size, or does not end where it says: see RFC "
    "9112, section 7.1"};

// Longer than any method there is.
constexpr std::size_t kMaxMethod = 32;
constexpr std::string_view kVersionForm = " HTTP/d.d\r\n";

bool is_visible(char c) { return c > ' ' && c < '\x7f'; }
bool is_control(char c) {
  return static_cast<unsigned char>(c) <= ' ' || c == '\x7f';
}

// Checks that method, target and version are in their places; their values are
// checked with the whole head.
const HttpFault* request_line_fault(std::string_view input) {
  std::size_t method = std::min(input.find(' '), input.size());
  if (method > kMaxMethod) return &kNoRequest;
  std::string_view name = input.substr(0, method);
  // A TLS greeting, say, whose answer must not wait for a line end.
  if (method == 0 || !std::all_of(name.begin(), name.end(), is_visible)) {
    return &kNoRequest;
  }
  std::string_view target = input.substr(std::min(method + 1, input.size()));
  std::size_t length = 0;
  while (length < target.size() && !is_control(target[length])) {
    if (++length > kMaxTargetBytes) return &kLongTarget;
  }
  std::string_view version = target.substr(length, kVersionForm.size());
  for (std::size_t i = 0; i < version.size(); ++i) {
    bool fits = kVersionForm[i] == 'd' ? is_digit(version[i])
                                       : kVersionForm[i] == version[i];
    if (!fits) return &kNoRequest;
  }
  return nullptr;
}

// Finds the empty line that ends a section of fields, from the line end before
// the section, or from a later byte.
Extent section_extent(std::string_view input, std::size_t from) {
  std::string_view bounded = input.substr(0, kMaxHeadBytes);
  for (std::size_t at = bounded.find('\n', from); at != bounded.npos;
       at = bounded.find('\n', at + 1)) {
    if (bounded[at - 1] != '\r') return {0, &kBareLineFeed};
    if (bounded[at - 2] == '\n') return {at + 1, nullptr};
    if (at + 1 < bounded.size() &&
        (bounded[at + 1] == ' ' || bounded[at + 1] == '\t')) {
      return {0, &kFolded};
    }
  }
  if (bounded.size() == kMaxHeadBytes) return {0, &kLongHead};
  return {};
}

}  // namespace

Extent head_extent(std::string_view input, std::size_t seen) {
  if (const HttpFault* fault = request_line_fault(input)) return {0, fault};
  // The byte after the last line end may be new.
  constexpr std::size_t kShortest = 2;
  return section_extent(input, std::max(seen, kShortest + 1) - 1);
}

Extent chunk_extent(std::string_view input, bool follows, std::size_t seen) {
  std::size_t begin = 0;
  if (follows) {
    begin = 2;
    if (!std::string_view("\r\n").starts_with(input.substr(0, 2))) {
      return {0, &kBadChunk};
    }
  }
  std::string_view line =
      input.substr(std::min(begin, input.size()), kMaxChunkLine);
  std::size_t digits = 0;
  bool last = true;
  while (digits < line.size() && hex_value(line[digits]) >= 0) {
    if (line[digits++] != '0') last = false;
  }
  if (digits == line.size()) {
    return {0, digits == kMaxChunkLine ? &kLongHead : nullptr};
  }
  if (digits == 0 ||
      std::string_view("\r; \t").find(line[digits]) == line.npos) {
    return {0, &kBadChunk};
  }
  std::size_t end = line.find('\n', digits);
  if (end == line.npos) {
    return {0, line.size() == kMaxChunkLine ? &kLongHead : nullptr};
  }
  if (line[end - 1] != '\r') return {0, &kBareLineFeed};
  if (!last) return {begin + end + 1, nullptr};
  return section_extent(input, std::max(seen, begin + end + 1) - 1);
}

}  // namespace syncq
