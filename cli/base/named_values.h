#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace syncq {

// The values of each setting that is given, by its name.
using NamedValues =
    std::map<std::string, std::vector<std::string>, std::less<>>;

}  // namespace syncq
