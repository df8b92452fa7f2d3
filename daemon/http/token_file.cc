#include "daemon/http/token_file.h"

#include "common/token.h"

namespace syncq {
namespace {

bool same_file(const struct stat& a, const struct stat& b) {
  return a.st_ino == b.st_ino && a.st_dev == b.st_dev &&
         a.st_ctim.tv_sec == b.st_ctim.tv_sec &&
         a.st_ctim.tv_nsec == b.st_ctim.tv_nsec;
}

}  // namespace

const std::string& TokenFile::token() {
  struct stat now {};
  if (lstat(path_.c_str(), &now) != 0) now = {};
  if (same_file(now, seen_)) return token_;
  auto read = read_token(path_);
  token_ = read ? *read : std::string();
  // What could not be read now may be in a moment.
  if (!read) now = {};
  seen_ = now;
  return token_;
}

}  // namespace syncq
