#pragma once

#include <string>
#include <vector>

namespace syncq {

// Examines all of a store that no daemon serves: each page, each row, each
// rule. Changes nothing. Returns what is wrong, for people; none: it is intact,
// or there is no store yet. The caller holds the instance lock.
std::vector<std::string> examine_store(const std::string& path);

// Makes a new store of all that can be read, in place of the one at `path`,
// which is kept beside it with its log. Returns what it did, for people.
// Throws StoreError. The caller holds the instance lock.
std::vector<std::string> repair_store(const std::string& path);

}  // namespace syncq
