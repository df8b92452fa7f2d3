#pragma once

#include <string>
#include <string_view>

#include "common/result.h"

namespace syncq {

// The bearer token (RFC 6750) of a daemon that listens on TCP: 256 random bits
// in hexadecimal, alone on the line of a file that only its owner can read.
// Never an argument, never in a log, a message or an environment.

// The token in the file at `path`; "" if there is no file. Refuses with
// kBadRequest a file that others may read or that holds something else.
Result<std::string> read_token(const std::string& path);

// The same; makes one if there is none. Of several processes that do this at
// once, each gets the same one.
Result<std::string> get_or_make_token(const std::string& path);

// Puts a new token into the file at `path`, whole or not at all, and returns
// it. Refuses with kStoreFailed.
Result<std::string> make_token(const std::string& path);

// Takes the same time wherever the first difference is.
bool same_token(std::string_view a, std::string_view b);

}  // namespace syncq
