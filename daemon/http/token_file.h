#pragma once

#include <sys/stat.h>

#include <string>

namespace syncq {

// The daemon's token, as its file has it now: a token that was replaced is
// worth nothing from the next request on, on kept connections too. One thread.
class TokenFile {
 public:
  explicit TokenFile(std::string path) : path_(std::move(path)) {}

  // Costs one stat(2). "" while there is none, or none that can be read:
  // nobody bears it.
  const std::string& token();

 private:
  std::string path_;
  struct stat seen_ {};
  std::string token_;
};

}  // namespace syncq
