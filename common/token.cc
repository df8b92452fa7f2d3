#include "common/token.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <functional>

#include "common/hex.h"
#include "common/state_file.h"

namespace syncq {
namespace {

constexpr std::size_t kRandomBytes = 32;
constexpr std::size_t kLength = 2 * kRandomBytes;

Refusal unreadable(const std::string& path, std::string_view why) {
  return {ErrorCode::kBadRequest,
          fmt::format("reading the token {}: {}; `syncq daemon token --rotate` "
                      "makes a new one",
                      path, why)};
}

Refusal unwritable(const std::string& path, int error) {
  return {ErrorCode::kStoreFailed, fmt::format("writing the token {}: {}", path,
                                               explain_state_file(error))};
}

bool is_token(std::string_view text) {
  return text.size() == kLength &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return hex_value(c) >= 0; });
}

std::string random_token() {
  std::array<unsigned char, kRandomBytes> bytes;
  // Up to 256 bytes come whole (getrandom(2)).
  if (getrandom(bytes.data(), bytes.size(), 0) != ssize_t{kRandomBytes}) {
    return {};
  }
  std::string text;
  for (unsigned char byte : bytes) text += fmt::format("{:02x}", byte);
  return text;
}

// `put` has the file at `fresh` appear at `path`.
Result<std::string> write_token(
    const std::string& path,
    const std::function<bool(const std::string& fresh)>& put) {
  const std::string token = random_token();
  if (token.empty()) return unwritable(path, errno);
  const std::string fresh = fmt::format("{}.{}", path, getpid());
  unlink(fresh.c_str());
  UniqueFd fd = open_state_file(fresh, O_WRONLY | O_CREAT | O_EXCL);
  if (!fd) return unwritable(path, errno);
  const std::string line = token + '\n';
  errno = ENOSPC;  // what a short write means
  bool written = write(fd.get(), line.data(), line.size()) ==
                     static_cast<ssize_t>(line.size()) &&
                 fsync(fd.get()) == 0 && put(fresh);
  const int error = errno;
  unlink(fresh.c_str());
  return written ? Result<std::string>(token) : unwritable(path, error);
}

}  // namespace

Result<std::string> read_token(const std::string& path) {
  UniqueFd fd = open_state_file(path, O_RDONLY | O_NONBLOCK);
  if (!fd && errno == ENOENT) return std::string();
  if (!fd) return unreadable(path, std::strerror(errno));
  struct stat info {};
  if (fstat(fd.get(), &info) != 0 || !S_ISREG(info.st_mode)) {
    return unreadable(path, "it is no regular file");
  }
  if (info.st_uid != geteuid() || (info.st_mode & 077) != 0) {
    return unreadable(path, "others can read it, or it is not yours");
  }
  std::array<char, kLength + 2> text;
  ssize_t length = read(fd.get(), text.data(), text.size());
  std::string_view line(text.data(),
                        static_cast<std::size_t>(std::max<ssize_t>(length, 0)));
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (!is_token(line)) return unreadable(path, "it holds no token");
  return std::string(line);
}

Result<std::string> get_or_make_token(const std::string& path) {
  Result<std::string> token = read_token(path);
  if (!token || !token->empty()) return token;
  auto put_first = [&](const std::string& fresh) {
    return link(fresh.c_str(), path.c_str()) == 0 || errno == EEXIST;
  };
  token = write_token(path, put_first);
  return token ? read_token(path) : token;
}

Result<std::string> make_token(const std::string& path) {
  return write_token(path, [&](const std::string& fresh) {
    return rename(fresh.c_str(), path.c_str()) == 0;
  });
}

bool same_token(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  unsigned char difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference |= static_cast<unsigned char>(a[i] ^ b[i]);
  }
  return difference == 0;
}

}  // namespace syncq
