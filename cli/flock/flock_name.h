#pragma once

#include <string>
#include <string_view>

namespace syncq {

// The name of the FIFO that stands for a file, of its absolute, resolved path:
// "flock:var:lock:deploy" of "/var/lock/deploy". "/" is ":", and a character
// that no name may have is "::" and its two hexadecimal digits; no two paths
// have the same. What gets longer than a name may be is "flock.", a hash of
// the path, ":" and the end of that.
std::string flock_name(std::string_view path);

// The same with another word than "flock" before it, which is of the characters
// of names other than ":".
std::string name_of_path(std::string_view kind, std::string_view path);

}  // namespace syncq
