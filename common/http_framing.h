#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "common/http_fault.h"

namespace syncq {

// The bounds of a request's head, in bytes. RFC 9110 section 4.1 asks for at
// least 8000 octets of target.
inline constexpr std::uint32_t kMaxHeadBytes = 32 * 1024;
inline constexpr std::size_t kMaxTargetBytes = 8 * 1024;
// The line before a chunk, with its extensions.
inline constexpr std::size_t kMaxChunkLine = 4 * 1024;

// Where a part of a request that is parsed in one piece ends. What is found in
// a prefix of the input still holds when more comes: so it does not matter how
// the socket cut the bytes.
struct Extent {
  std::size_t length = 0;            // 0: its end has not come
  const HttpFault* fault = nullptr;  // why it is refused
};

// In both, `seen` is how much of this input was already searched in vain.

// A head, RFC 9112, sections 3 and 5, from the method to the empty line.
Extent head_extent(std::string_view input, std::size_t seen);

// The line before a chunk, RFC 9112, section 7.1, with the line end of the
// chunk before it if there is one (`follows`); for the last chunk, with the
// trailer section.
Extent chunk_extent(std::string_view input, bool follows, std::size_t seen);

}  // namespace syncq
