#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cli/base/named_values.h"

namespace syncq {

// Reads a config file's text; a value that is no list is one value. Throws
// Failure, to be told as a usage error, that says which line is wrong.
NamedValues read_config_text(std::string_view text);

// Reads the config file `path`. One that others can change is refused, since it
// can open the daemon to the network, and so is one over 64 KiB or that is no
// regular file. nullopt if there is none and it `may_be_missing`. Throws
// Failure that names the file.
std::optional<NamedValues> read_config_file(const std::string& path,
                                            bool may_be_missing);

}  // namespace syncq
