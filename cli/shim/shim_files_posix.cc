#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "cli/base/failure.h"
#include "cli/base/text.h"
#include "cli/shim/shim_files.h"
#include "common/environment.h"
#include "common/unique_fd.h"

namespace syncq {
namespace {

namespace fs = std::filesystem;

// The second line of each, by which it is known again.
constexpr std::string_view kMark =
    "# A shim of syncq for the next program of this name in PATH: see "
    "syncq-shim(1).";

// Linux before 5.1 reads no more of the first line (BINPRM_BUF_SIZE).
constexpr std::size_t kFirstLine = 127;

Failure failure(std::string_view doing, const std::string& path, int error) {
  return Failure(fmt::format("{} {}: {}", doing, path, std::strerror(error)));
}

void make_directories(const std::string& path) {
  std::error_code failed;
  fs::create_directories(path, failed);
  if (failed) {
    throw Failure(
        fmt::format("making the directory {}: {}; --dir names "
                    "another",
                    path, failed.message()));
  }
}

// A file that is removed again unless it was put in place.
class NewFile {
 public:
  explicit NewFile(const std::string& path)
      : target_(path),
        path_(fs::path(path).parent_path() / ".syncq-shim.XXXXXX"),
        fd_(mkostemp(path_.data(), O_CLOEXEC)) {
    if (!fd_) throw failure("making", target_, errno);
  }
  ~NewFile() { unlink(path_.c_str()); }
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  void write(const std::string& text) {
    const auto size = static_cast<ssize_t>(text.size());
    constexpr mode_t kProgram = 0755;
    if (::write(fd_.get(), text.data(), text.size()) != size ||
        fchmod(fd_.get(), kProgram) != 0) {
      throw failure("writing", target_, errno);
    }
    // A program that is open for writing can't be run.
    fd_.reset();
  }

  void put_in_place() {
    if (is_shim(target_)) {
      if (rename(path_.c_str(), target_.c_str()) == 0) return;
    } else if (link(path_.c_str(), target_.c_str()) == 0) {
      return;
    } else if (errno == EEXIST) {
      throw Failure(fmt::format(
          "there is a {} already, and it is no shim: move it away, or name "
          "another directory with --dir",
          target_));
    }
    throw failure("making", target_, errno);
  }

 private:
  std::string target_;
  std::string path_;
  UniqueFd fd_;
};

}  // namespace

std::string default_shim_directory() {
  constexpr const char* kPlace = "/syncq/shims";
  const std::string data(env("XDG_DATA_HOME"));
  // One that is not absolute is to be ignored.
  if (data.starts_with('/')) return data + kPlace;
  const std::string home(env("HOME"));
  if (!home.starts_with('/')) {
    throw Failure(
        "finding the directory of the shims: HOME is no absolute path; name "
        "one with --dir");
  }
  return home + "/.local/share" + kPlace;
}

// The kernel starts syncq by the first line. What reads the file as a script
// comes to the last, as for a path that a first line can't have.
std::string shim_text(const std::string& program) {
  std::string first = fmt::format("#!{} __shim", program);
  if (first.find_first_of(" \t\n", 2) != first.size() - 7 ||
      first.size() > kFirstLine) {
    first = "#!/bin/sh";
  }
  return fmt::format("{}\n{}\nexec {} __shim \"$0\" \"$@\"\n", first, kMark,
                     shell_line({program}));
}

bool is_shim(const std::string& path) {
  struct stat info = {};
  if (lstat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) return false;
  std::ifstream file(path);
  std::string line;
  return std::getline(file, line) && std::getline(file, line) && line == kMark;
}

void make_shim(const std::string& path, const std::string& program) {
  make_directories(fs::path(path).parent_path());
  NewFile file(path);
  file.write(shim_text(program));
  file.put_in_place();
}

void remove_shim(const std::string& path) {
  struct stat info = {};
  if (lstat(path.c_str(), &info) != 0) throw failure("removing", path, errno);
  if (!is_shim(path)) {
    throw Failure(fmt::format("{} is no shim, and stays", path));
  }
  if (unlink(path.c_str()) != 0) throw failure("removing", path, errno);
}

std::vector<std::string> list_shims(const std::string& directory) {
  std::vector<std::string> names;
  std::error_code failed;
  for (fs::directory_iterator at(directory, failed), end; !failed && at != end;
       at.increment(failed)) {
    const std::string name = at->path().filename();
    if (!name.starts_with('.') && is_shim(at->path())) names.push_back(name);
  }
  std::ranges::sort(names);
  return names;
}

}  // namespace syncq
