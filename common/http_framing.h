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
// Of the line before a chunk, with its extensions.
inline constexpr std::size_t kMaxChunkLine = 4 * 1024;

// Where a part of a request ends that is parsed in one piece. What is said of
// a beginning of the input is never taken back when more of it comes: so it
// does not matter how the socket has cut the bytes.
struct Extent {
  std::size_t length = 0;            // 0: its end has not come
  const HttpFault* fault = nullptr;  // it has none that is taken
};

// In both, `seen` is how much of this input was looked at before, in vain.

// Of a head, RFC 9112, sections 3 and 5, from the method to the empty line.
Extent head_extent(std::string_view input, std::size_t seen);

// Of the line before a chunk, RFC 9112, section 7.1, with the line end of the
// chunk before it where there is one (`follows`); of the last chunk, with the
// trailer section.
Extent chunk_extent(std::string_view input, bool follows, std::size_t seen);

}  // namespace syncq
