#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace syncq {

// The words of a command line that a shell would read up to the cursor, without
// their quotes: the last is the one there, perhaps empty. What a variable or a
// command would become is left as it is written.
std::vector<std::string> split_shell_line(std::string_view line);

}  // namespace syncq
