#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "cli/base/failure.h"
#include "cli/daemon/log_reader.h"
#include "daemon/process/log.h"

namespace syncq {
namespace {

Failure unreadable(const std::string& path) {
  return Failure(
      fmt::format("reading the log {}: {}", path, std::strerror(errno)));
}

// None if there is no such file.
UniqueFd open_log(const std::string& path) {
  UniqueFd file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file && errno != ENOENT) throw unreadable(path);
  return file;
}

bool is_same(const UniqueFd& a, const UniqueFd& b) {
  struct stat one;
  struct stat other;
  return a && b && fstat(a.get(), &one) == 0 && fstat(b.get(), &other) == 0 &&
         one.st_ino == other.st_ino && one.st_dev == other.st_dev;
}

// Somebody emptied it.
bool is_cut(int file) {
  struct stat info;
  return fstat(file, &info) == 0 && info.st_size < lseek(file, 0, SEEK_CUR);
}

}  // namespace

// Those that were rotated after the one that is being read, the oldest first;
// at first all of them.
std::vector<UniqueFd> LogReader::older_than(const UniqueFd& newest) const {
  const std::filesystem::path path(path_);
  std::vector<UniqueFd> older;
  bool follows = !file_;
  for (std::size_t i = Log::kMaxFiles; i > 0; --i) {
    std::filesystem::path name = path;
    name.replace_filename(fmt::format("{}.{}{}", path.stem().string(), i,
                                      path.extension().string()));
    UniqueFd file = open_log(name);
    if (!file || is_same(file, newest)) continue;
    if (is_same(file, file_)) {
      follows = true;
    } else if (follows) {
      older.push_back(std::move(file));
    }
  }
  return older;
}

void LogReader::take_lines(std::vector<std::string>& lines) {
  if (is_cut(file_.get())) lseek(file_.get(), 0, SEEK_SET);
  std::array<char, 65536> buffer;
  ssize_t count = 0;
  while ((count = ::read(file_.get(), buffer.data(), buffer.size())) > 0) {
    line_.append(buffer.data(), static_cast<std::size_t>(count));
    std::size_t begin = 0;
    for (std::size_t end = line_.find('\n'); end != line_.npos;
         end = line_.find('\n', begin)) {
      lines.push_back(line_.substr(begin, end - begin));
      begin = end + 1;
    }
    line_.erase(0, begin);
  }
  if (count < 0) throw unreadable(path_);
}

std::vector<std::string> LogReader::read() {
  std::vector<std::string> lines;
  // Before what is left in the old one: nothing is written there after this.
  UniqueFd newest = open_log(path_);
  if (file_) take_lines(lines);
  if (!newest || is_same(newest, file_)) return lines;
  std::vector<UniqueFd> files = older_than(newest);
  files.push_back(std::move(newest));
  for (UniqueFd& each : files) {
    file_ = std::move(each);
    line_.clear();
    take_lines(lines);
  }
  return lines;
}

}  // namespace syncq
