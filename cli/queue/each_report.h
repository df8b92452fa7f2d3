#pragma once

#include <set>
#include <string>

#include "common/result.h"
#include "common/unique_fd.h"

namespace syncq {

// Where a command for a batch says which messages it could not do: a file of
// their numbers, from 1, apart by white space. One thread.
class EachReport {
 public:
  // Throws Failure if no file can be made.
  EachReport();

  // What the command opens to write, while we live.
  std::string path() const;
  // What it has written, of `count` messages; or why that can't be it.
  Result<std::set<std::size_t>> read(std::size_t count) const;

 private:
  UniqueFd file_;
};

}  // namespace syncq
