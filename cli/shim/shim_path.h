#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace syncq {

// The program of this name that a shim in `directory` stands for: the first one
// in the directories of `path`, a PATH, that follow the shim's; of all of them
// if that is not among them. nullopt if there is none.
std::optional<std::string> next_in_path(std::string_view name,
                                        const std::string& directory,
                                        std::string_view path);

// The first one in all of them.
std::optional<std::string> first_in_path(std::string_view name,
                                         std::string_view path);

}  // namespace syncq
